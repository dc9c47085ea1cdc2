import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { guards } from './mutation-guards.ts';
import type { Guard } from './mutation-guards.ts';

/**
 * Takes away one guard at a time, in a copy of the tree, and runs the tests that should notice. A guard that
 * nothing misses is a promise that nobody keeps: the exit code is 1. Names as arguments choose among the guards.
 */

const root = resolve(import.meta.dirname, '..');
const copied = [
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
const limitMs = 240_000;

interface Run {
  readonly failed: boolean;
  readonly text: string;
}

function runTests(folder: string, tests: readonly string[]): Promise<Run> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'unit', '--project', 'proofs', '--bail', '1', ...tests];
  const env = { ...process.env, SLUICE_PROOF_RUNS: process.env['SLUICE_PROOF_RUNS'] ?? '80', NO_COLOR: '1' };
  return new Promise((done) => {
    let text = '';
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const note = (chunk: Buffer): void => void (text = (text + chunk.toString()).slice(-200_000));
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    // A guard whose loss makes a test run for ever is missed, too.
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ failed: code !== 0, text });
    });
  });
}

/** The properties first: they are quicker than all scenarios, and know more. */
async function missedBy(folder: string, guard: Guard): Promise<string | undefined> {
  for (const tests of [['test/proofs/properties.test.ts'], guard.tests]) {
    const { failed, text } = await runTests(folder, tests);
    if (!/Test Files/.test(text) && failed && !/FAIL/.test(text))
      throw new Error(`vitest did not run:\n${text}`);
    if (failed) return /FAIL\s+(.*)/.exec(text)?.[1] ?? 'a test that no longer ends';
  }
  return undefined;
}

async function check(folder: string, guard: Guard): Promise<boolean> {
  const file = join(folder, guard.file);
  const before = readFileSync(file, 'utf8');
  if (before.split(guard.text).length !== 2) {
    console.log(`STALE    ${guard.name}: its text does not stand once in ${guard.file}`);
    return false;
  }
  writeFileSync(
    file,
    before.replace(guard.text, () => guard.without),
  );
  try {
    const by = await missedBy(folder, guard);
    console.log(by === undefined ? `UNNOTICED ${guard.name}` : `noticed  ${guard.name}: ${by}`);
    return by !== undefined;
  } finally {
    writeFileSync(file, before);
  }
}

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'sluice-mutants-'));
for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
let bad = 0;
try {
  for (const guard of guards.filter(({ name }) => wanted.length === 0 || wanted.includes(name)))
    if (!(await check(folder, guard))) bad += 1;
} finally {
  rmSync(folder, { recursive: true });
}
console.log(bad === 0 ? 'every guard is missed when it is gone' : `${bad} guards are not held by a test`);
process.exitCode = bad === 0 ? 0 : 1;
