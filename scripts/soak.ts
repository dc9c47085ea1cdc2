import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A million runs of the properties, or as many as the first argument says: in slices, each a process with a seed of its
 * own, one process a core. A slice that fails prints its counterexample and the command that repeats it; the others go on.
 */

const root = resolve(import.meta.dirname, '..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const runsOfSlice = 500;
/** Which property gets a slice, in turns: most know most. */
const turns = ['properties', 'standstill', 'properties', 'isolation', 'properties', 'brakes'] as const;

interface Slice {
  readonly property: string;
  readonly seed: number;
  readonly runs: number;
}

const command = ({ property }: Slice): readonly string[] => [
  'run',
  '--project',
  'proofs',
  `test/proofs/${property}.test.ts`,
];

function run(slice: Slice): Promise<{ readonly ok: boolean; readonly text: string }> {
  const env = {
    ...process.env,
    SLUICE_PROOF_RUNS: `${slice.runs}`,
    SLUICE_PROOF_SEED: `${slice.seed}`,
    NO_COLOR: '1',
  };
  return new Promise((done) => {
    let text = '';
    const child = spawn(process.execPath, [vitest, ...command(slice)], { cwd: root, env });
    const note = (chunk: Buffer): void => void (text = (text + chunk.toString()).slice(-20_000));
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.on('close', (code) => done({ ok: code === 0, text }));
  });
}

const total = Number(process.argv[2] ?? 1_000_000);
const firstSeed = Number(process.env['SLUICE_PROOF_SEED'] ?? Math.trunc(Math.random() * 2 ** 30));
let begun = 0;
let slices = 0;
let finished = 0;
let failures = 0;

function nextSlice(): Slice | undefined {
  const runs = Math.min(runsOfSlice, total - begun);
  if (runs <= 0) return undefined;
  begun += runs;
  slices += 1;
  return { property: turns[slices % turns.length] ?? 'properties', seed: firstSeed + slices, runs };
}

async function work(): Promise<void> {
  for (let slice = nextSlice(); slice !== undefined; slice = nextSlice()) {
    const startedAt = performance.now();
    const { ok, text } = await run(slice);
    finished += slice.runs;
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    const { property, seed, runs } = slice;
    console.log(
      `${ok ? 'ok    ' : 'FAILED'} ${property}, ${runs} runs from seed ${seed}, ${seconds} s; ${finished} of ${total}`,
    );
    if (ok) continue;
    failures += 1;
    console.log(text);
    console.log(
      `repeat: SLUICE_PROOF_SEED=${seed} SLUICE_PROOF_RUNS=${runs} npx vitest ${command(slice).join(' ')}`,
    );
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(`${finished} runs, ${failures} slices failed`);
process.exitCode = failures === 0 ? 0 : 1;
