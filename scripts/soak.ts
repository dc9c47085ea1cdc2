import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

/** A million runs of the properties, or as many as the first argument says; the rest of a night. */

const root = resolve(import.meta.dirname, '..');
const runs = process.argv[2] ?? '1000000';
const seed = process.env['SLUICE_PROOF_SEED'] ?? String(Math.trunc(Math.random() * 2 ** 31));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--project',
    'proofs',
    '--testTimeout',
    String(2 ** 31 - 1),
    'test/proofs/properties.test.ts',
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, SLUICE_PROOF_RUNS: runs, SLUICE_PROOF_SEED: seed } },
);
process.exitCode = status ?? 1;
