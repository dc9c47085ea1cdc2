import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { copyTree } from './mutation/copy-tree.ts';
import { fileOf } from './mutation/killing-test.ts';
import type { KillingTest } from './mutation/killing-test.ts';
import { killingTests } from './mutation/killing-tests.ts';
import { readGuards } from './mutation/read-guards.ts';
import { runTests } from './mutation/run-tests.ts';
import type { Selection } from './mutation/run-tests.ts';
import { writeMutant } from './mutation/write-mutant.ts';

/**
 * Makes a mutant for each guard of the source (mutation/markers.ts) and runs tests until one kills it:
 * the listed test first, then all scenarios, then the properties. The exit code is 1 when a mutant
 * survived, crashed or is stale.
 *
 *     npm run mutation-check -- [--tree] [--listed] [--quick] [--workers 2] [NAME ...]
 *
 * Mutants are made in a copy of the last commit; `--tree` copies the working tree instead. `--listed`
 * runs only the tests listed in mutation/killing-tests, `--quick` skips the properties.
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

interface Guard {
  readonly name: string;
  readonly files: readonly string[];
  readonly test: KillingTest | undefined;
}

const scenarios: Selection = { project: 'unit', files: ['test/scenarios'] };
const properties: Selection = { project: 'proofs', files: ['test/proofs'] };

/** Tests beside the guard where scenarios do not reach it, then scenarios, then properties. */
function everywhere({ files }: Guard): readonly Selection[] {
  const beside = files.flatMap(
    (file) => /^packages\/(?:kube|lib|sluice\/src\/(?:webhooks|controller))\//.exec(file)?.[0] ?? [],
  );
  const own =
    beside.length === 0
      ? []
      : [{ project: 'unit', files: [...beside, 'test/informer-cache', 'test/leader-election'] }];
  return [...own, scenarios, ...(options.quick ? [] : [properties])];
}

/** `crashed`: the mutant does not run, so its tests say nothing. `stale`: the guard has no mutant. */
type Verdict = 'killed' | 'survived' | 'crashed' | 'stale';

interface Outcome {
  readonly verdict: Verdict;
  /** The test that killed the mutant, or the problem. */
  readonly by: string;
  /** Another test than the listed one killed the mutant. */
  readonly byAnother?: boolean;
}

async function judge(folder: string, guard: Guard): Promise<Outcome> {
  const undo = writeMutant(folder, guard.name, guard.files);
  if (typeof undo === 'string') return { verdict: 'stale', by: undo };
  try {
    const listed = guard.test && {
      project: 'unit',
      files: [fileOf(guard.test)],
      title: guard.test[1],
    };
    for (const tests of [...(listed ? [listed] : []), ...(options.listed ? [] : everywhere(guard))]) {
      const { state, by } = await runTests(folder, tests);
      if (state === 'crashed') return { verdict: 'crashed', by };
      if (state === 'failed') return { verdict: 'killed', by, byAnother: tests !== listed };
    }
    return { verdict: 'survived', by: '' };
  } finally {
    undo();
  }
}

/** Listed tests must pass without a mutant: one that fails anyway would seem to kill every mutant. */
async function checkBefore(folder: string, chosen: readonly Guard[]): Promise<void> {
  const tests = chosen.map(({ test }) => test).filter((test) => test !== undefined);
  if (tests.length === 0) return;
  const { state, by } = await runTests(folder, {
    project: 'unit',
    files: [...new Set(tests.map(fileOf))],
    title: tests.map(([, title]) => title),
  });
  if (state !== 'passed') throw new Error(`the listed tests fail without a mutant: ${by}`);
}

async function work(folder: string, queue: Guard[]): Promise<readonly Outcome[]> {
  const done: Outcome[] = [];
  for (let guard = queue.shift(); guard !== undefined; guard = queue.shift()) {
    const outcome = await judge(folder, guard);
    const by = outcome.byAnother === true ? `not by the listed test but by ${outcome.by}` : outcome.by;
    console.log(`${outcome.verdict.padEnd(8)} ${guard.name}${by === '' ? '' : `: ${by}`}`);
    done.push(outcome);
  }
  return done;
}

/** Guards that are marked or listed: one without the other is reported, too. */
function chooseGuards(folder: string): readonly Guard[] {
  const { places } = readGuards(folder);
  const tests = new Map(killingTests);
  return [...new Set([...tests.keys(), ...places.keys()])]
    .filter((name) => wanted.length === 0 || wanted.includes(name))
    .map((name) => ({ name, files: [...(places.get(name) ?? [])], test: tests.get(name) }));
}

const startedAt = performance.now();
const folders = Array.from({ length: Math.max(1, Number(options.workers)) }, () => copyTree(options.tree));
try {
  const [first = ''] = folders;
  const chosen = chooseGuards(first);
  await checkBefore(first, chosen);
  const queue = [...chosen];
  const outcomes = (await Promise.all(folders.map((folder) => work(folder, queue)))).flat();
  const count = (verdict: Verdict): number =>
    outcomes.filter((outcome) => outcome.verdict === verdict).length;
  const byAnother = outcomes.filter((outcome) => outcome.byAnother === true).length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    `${outcomes.length} mutants in ${seconds} s: ${count('killed')} killed (${byAnother} not by their listed test), ` +
      `${count('survived')} survived, ${count('crashed')} crashed, ${count('stale')} stale`,
  );
  process.exitCode = outcomes.length > 0 && count('killed') === outcomes.length ? 0 : 1;
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true });
}
