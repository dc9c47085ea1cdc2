import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const needed = [
  'packages',
  'test',
  'deploy',
  'docs',
  'examples',
  'scripts',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Copies the last commit, or the working tree, into a new folder and links the packages of this one. */
export function copyTree(asItIs: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-mutants-'));
  if (asItIs)
    for (const path of needed)
      cpSync(join(root, path), join(folder, path), { recursive: true, filter: isOurs });
  else {
    const archive = execFileSync('git', ['archive', 'HEAD', ...needed], { cwd: root, maxBuffer: 2 ** 28 });
    execFileSync('tar', ['x', '-C', folder], { input: archive });
  }
  linkPackages(folder);
  return folder;
}

/** scripts/pinned-node has packages of its own, 120 MB of them. */
const isOurs = (path: string): boolean => !relative(root, path).includes('node_modules');

/** Links one by one: those of the workspace must be the copied ones. */
function linkPackages(folder: string): void {
  const installed = join(root, 'node_modules');
  const linked = join(folder, 'node_modules');
  mkdirSync(join(linked, '@sluice'), { recursive: true });
  for (const name of readdirSync(installed))
    if (name !== '@sluice') symlinkSync(join(installed, name), join(linked, name));
  for (const name of readdirSync(join(folder, 'packages')))
    symlinkSync(join(folder, 'packages', name), join(linked, '@sluice', name));
}
