import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { keepShipped } from './bom.ts';
import type { Bom } from './bom.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Writes a CycloneDX document of the packages in `shipped` (`name@version`), with licences and the lockfile's hashes.
 * `npm sbom --omit=dev` would leave out packages that ship and are also optional peers of a tool, such as `yaml`, so npm is
 * asked for everything and the rest is taken away here.
 */
export async function writeSbom(file: string, shipped: ReadonlySet<string>): Promise<void> {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'],
    {
      cwd: root,
      maxBuffer: 2 ** 25,
      timeout: 60_000,
    },
  );
  await mkdir(dirname(file), { recursive: true });
  const bom = keepShipped(JSON.parse(stdout) as Bom, shipped);
  await writeFile(file, `${JSON.stringify(bom, undefined, 2)}\n`);
}

/** Packages of others that the lockfile has and that are no tools of ours: `name@version`. */
export async function packagesThatShip(): Promise<ReadonlySet<string>> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { version?: string; dev?: boolean; link?: boolean }>>;
  };
  const refs = Object.entries(packages)
    .filter(([path, { dev, link }]) => path.includes('node_modules/') && dev !== true && link !== true)
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`);
  return new Set(refs);
}
