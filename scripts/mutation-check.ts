import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { guards } from './mutation-guards.ts';
import { copyTree } from './mutation/copy-tree.ts';
import type { Guard } from './mutation/guard.ts';
import { runTests } from './mutation/run-tests.ts';
import type { Selection } from './mutation/run-tests.ts';
import { undefinedNames } from './mutation/undefined-names.ts';
import { writeMutant } from './mutation/write-mutant.ts';

/**
 * Takes away one guard at a time, in a copy of the last commit, and runs the test that should notice; if that one does
 * not, all scenarios, and then the properties. A guard that nothing misses is a promise that nobody keeps: the exit code is 1.
 *
 *     npm run mutation-check -- [--tree] [--listed] [--quick] [--workers 2] [NAME ...]
 *
 * `--tree` takes the working tree instead of the last commit, `--listed` tries no tests but those that the guards name,
 * `--quick` not the properties.
 */

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'boolean', default: false },
    listed: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
});

const scenarios: Selection = { project: 'unit', files: ['test/scenarios'] };
const properties: Selection = { project: 'proofs', files: ['test/proofs'] };

/** The scenarios of what a file belongs to; the tests beside it count where they are all there is. */
function everywhere({ file }: Guard): readonly Selection[] {
  const beside = /^src\/(?:kube|lib|webhooks|controller)\//.exec(file)?.[0];
  const own =
    beside === undefined
      ? []
      : [{ project: 'unit', files: [beside, 'test/informer-cache', 'test/leader-election'] }];
  return [...own, scenarios, ...(options.quick ? [] : [properties])];
}

const fileOf = (name: string): string => (name.includes('/') ? name : `test/scenarios/${name}.test.ts`);

type Verdict = 'noticed' | 'elsewhere' | 'unnoticed' | 'crashed' | 'stale';

interface Outcome {
  readonly verdict: Verdict;
  readonly by: string;
}

async function judge(folder: string, guard: Guard): Promise<Outcome> {
  const undo = writeMutant(folder, guard);
  if (typeof undo === 'string') return { verdict: 'stale', by: undo };
  try {
    const own = guard.held && { project: 'unit', files: [fileOf(guard.held[0])], title: guard.held[1] };
    for (const tests of [...(own ? [own] : []), ...(options.listed ? [] : everywhere(guard))]) {
      const { state, by } = await runTests(folder, tests);
      if (state === 'crashed') return { verdict: 'crashed', by };
      if (state === 'failed') return { verdict: tests === own ? 'noticed' : 'elsewhere', by };
    }
    return { verdict: 'unnoticed', by: '' };
  } finally {
    undo();
  }
}

/** The tests that are named must pass as long as nothing is taken away, or each guard would seem to be missed. */
async function checkBefore(folder: string, chosen: readonly Guard[]): Promise<void> {
  const held = chosen.flatMap((guard) => (guard.held === undefined ? [] : [guard.held]));
  if (held.length === 0) return;
  const files = [...new Set(held.map(([file]) => fileOf(file)))];
  const { state, by } = await runTests(folder, {
    project: 'unit',
    files,
    title: held.map(([, title]) => title),
  });
  if (state !== 'passed') throw new Error(`with every guard in its place: ${by}`);
}

async function work(folder: string, queue: Guard[]): Promise<readonly (readonly [Guard, Outcome])[]> {
  const done: (readonly [Guard, Outcome])[] = [];
  for (let guard = queue.shift(); guard !== undefined; guard = queue.shift()) {
    const outcome = await judge(folder, guard);
    console.log(`${outcome.verdict.padEnd(9)} ${guard.name}${outcome.by === '' ? '' : `: ${outcome.by}`}`);
    done.push([guard, outcome]);
  }
  return done;
}

const startedAt = performance.now();
const chosen = guards.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const folders = Array.from({ length: Math.max(1, Number(options.workers)) }, () => copyTree(options.tree));
try {
  const [first = ''] = folders;
  const undefinedIn = await undefinedNames(first, chosen);
  for (const line of undefinedIn) console.log(`crashed   ${line}`);
  await checkBefore(first, chosen);
  const queue = [...chosen];
  const outcomes = (await Promise.all(folders.map((folder) => work(folder, queue)))).flat();
  const count = (...verdicts: Verdict[]): number =>
    outcomes.filter(([, { verdict }]) => verdicts.includes(verdict)).length;
  const bad = count('unnoticed', 'crashed', 'stale') + undefinedIn.length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    `${outcomes.length} guards in ${seconds} s: ${count('noticed')} missed by the test that holds them, ` +
      `${count('elsewhere')} by another, ${count('unnoticed')} by none, ${count('crashed')} break the program, ${count('stale')} stale`,
  );
  process.exitCode = bad === 0 && outcomes.length > 0 ? 0 : 1;
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true });
}
