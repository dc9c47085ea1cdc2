import { mkdtempSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportProgress } from './progress.ts';
import { linearSlope } from './scale/linear-slope.ts';
import { startMeasuredController } from './scale/measured-controller.ts';
import type { ControllerFigures, MeasuredController } from './scale/measured-controller.ts';
import { startScaleWorld } from './scale/scale-world.ts';
import type { ScaleWorld } from './scale/scale-world.ts';

/**
 * How the controller behaves with many canaries, 1 % of them in a rollout at any time: the delay of passes that are due,
 * memory, whether memory grows with passes, and how soon a restarted one works. `-- 50 1300` for other sizes.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    passes: { type: 'string', default: '100000' },
    threadiness: { type: 'string' },
  },
});
const sizes = positionals.length > 0 ? positionals.map(Number) : [50, 1_300, 10_000];
const flags = values.threadiness === undefined ? [] : [`-threadiness=${values.threadiness}`];
const folder = mkdtempSync(join(tmpdir(), 'sluice-scale-'));
console.log(
  `${cpus()[0]?.model ?? 'unknown CPU'} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; the API server is the local cluster, on the same machine`,
);
for (const size of sizes) await measure(size);
process.exit(0);

async function measure(size: number): Promise<void> {
  reportProgress(`${size} canaries: starting a cluster and the controller`);
  const world = await startScaleWorld(folder);
  const controller = await startMeasuredController(world.kubeconfig, flags);
  await initialize(world, size);
  const { passes } = await measureRollouts(world, controller, size);
  if (size === Math.max(...sizes)) await measureGrowth(world, controller, size, passes);
  await controller.stop();
  await measureRestart(world, size);
  await world.stop();
}

async function initialize(world: ScaleWorld, size: number): Promise<void> {
  const begun = performance.now();
  reportProgress(`${size} canaries: creating them`);
  await world.createCanaries(size);
  reportProgress(`${size} canaries: created, waiting until all are Initialized`);
  await world.reachRest(1_800_000);
  print(size, 'initialized, s', (performance.now() - begun) / 1000);
}

/** Resolves to the controller's figures after the rollouts. */
async function measureRollouts(
  world: ScaleWorld,
  controller: MeasuredController,
  size: number,
): Promise<ControllerFigures> {
  await seconds(5);
  const before = await controller.figures();
  reportProgress(`${size} canaries: 1 % in a rollout, for ${values.seconds} s`);
  const rollouts = await rollOut(world, size);
  const after = await controller.figures();
  print(size, `rollouts that ended in ${values.seconds} s`, rollouts);
  print(size, 'delay of a due pass, p99, s (upper bound of its bucket)', after.lateP99(before));
  print(size, 'passes', after.passes - before.passes);
  print(size, 'CPU seconds a minute', ((after.cpuSeconds - before.cpuSeconds) / Number(values.seconds)) * 60);
  print(size, 'resident memory, MB', after.residentMb);
  print(size, 'heap in use, MB', after.heapMb);
  return after;
}

/** Touches canaries until so many passes are done: the heap after them should be as it was. */
async function measureGrowth(
  world: ScaleWorld,
  controller: MeasuredController,
  size: number,
  passesBefore: number,
): Promise<void> {
  reportProgress(
    `${size} canaries: growth of the heap, touching each until ${values.passes} passes are done`,
  );
  const samples: { x: number; y: number }[] = [];
  let done = 0;
  let round = 0;
  do {
    await world.touchAll(round);
    const { passes, heapMb } = await controller.settled();
    samples.push({ x: passes / 100_000, y: heapMb });
    done = passes - passesBefore;
    round += 1;
  } while (done < Number(values.passes));
  print(size, 'heap in use at the first and the last sample, MB', samples[0]?.y ?? NaN, samples.at(-1)?.y);
  if (samples.length > 1) print(size, 'growth of the heap in 100,000 passes, MB', linearSlope(samples));
}

async function measureRestart(world: ScaleWorld, size: number): Promise<void> {
  reportProgress(`${size} canaries: restarting the controller`);
  const restarted = performance.now();
  const controller = await startMeasuredController(world.kubeconfig, flags);
  await controller.passesReach(1);
  print(size, 'restart to the first pass, s', (performance.now() - restarted) / 1000);
  await controller.passesReach(size);
  print(size, 'restart to a pass of each canary, s', (performance.now() - restarted) / 1000);
  await controller.stop();
}

/** Keeps 1 % of them in a rollout; resolves to how many ended. */
async function rollOut(world: ScaleWorld, size: number): Promise<number> {
  const lanes = Math.max(1, Math.round(size / 100));
  const until = performance.now() + Number(values.seconds) * 1000;
  let ended = 0;
  const lane = async (first: number): Promise<void> => {
    for (let index = first; performance.now() < until; index = (index + lanes) % size) {
      await world.rollOut(index, until);
      if (performance.now() < until) ended += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  return ended;
}

function print(size: number, name: string, ...figures: readonly (number | undefined)[]): void {
  const cells = figures.map((figure) => (figure ?? NaN).toFixed(3).padStart(12));
  console.log(`${String(size).padStart(6)} canaries  ${name.padEnd(60)}${cells.join('')}`);
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, count * 1000));
}
