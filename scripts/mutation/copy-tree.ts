import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const needed = [
  'src',
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
  if (asItIs) for (const path of needed) cpSync(join(root, path), join(folder, path), { recursive: true });
  else {
    const archive = execFileSync('git', ['archive', 'HEAD', ...needed], { cwd: root, maxBuffer: 2 ** 28 });
    execFileSync('tar', ['x', '-C', folder], { input: archive });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
