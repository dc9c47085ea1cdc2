import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readImports } from './read-imports.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Packages {
  /** Names, sorted. */
  readonly seen: readonly string[];
  readonly violations: readonly string[];
}

/**
 * A package names what its sources import and nothing else; what is published as one program, the root, names the
 * packages of others that all of them need, in the same versions.
 */
export function checkPackages(root: string): Packages {
  const violations: string[] = [];
  const published = readManifest(root);
  const needed: Record<string, string> = {};
  const folders = readdirSync(join(root, 'packages'));
  for (const folder of folders) {
    const { version, dependencies = {} } = readManifest(join(root, 'packages', folder));
    if (version !== published.version)
      violations.push(`packages/${folder} is ${version}, not ${published.version}`);
    const imported = importedPackages(join(root, 'packages', folder, 'src'));
    for (const name of imported.difference(new Set(Object.keys(dependencies))))
      violations.push(`packages/${folder} imports ${name} and does not name it`);
    for (const name of new Set(Object.keys(dependencies)).difference(imported))
      if (!peers.has(name)) violations.push(`packages/${folder} names ${name} and does not import it`);
    for (const [name, wanted] of Object.entries(dependencies)) {
      if (name.startsWith('@sluice/')) continue;
      if ((needed[name] ?? wanted) !== wanted) violations.push(`${name} is ${needed[name]} and ${wanted}`);
      needed[name] = wanted;
    }
  }
  if (JSON.stringify(sorted(needed)) !== JSON.stringify(sorted(published.dependencies ?? {})))
    violations.push('package.json does not name what the packages need, in their versions');
  return { seen: folders.toSorted(), violations };
}

/** What others among the dependencies want to find. */
const peers = new Set(['@lezer/highlight', '@lezer/lr']);

function importedPackages(folder: string): Set<string> {
  const names = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    for (const { from } of readImports(readFileSync(join(folder, file), 'utf8'))) {
      const name = /^(?:@[^/]+\/)?[^/.][^/]*/.exec(from)?.[0];
      if (name !== undefined && !name.startsWith('node:')) names.add(name);
    }
  }
  return names;
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const sorted = (names: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(names).toSorted(([a], [b]) => a.localeCompare(b));
