import { figuresOf } from '../processes.ts';
import { reportProgress } from '../progress.ts';
import type { RequestCounts } from './audit-log.ts';
import { startBenchWorld } from './bench-world.ts';
import type { BenchWorld } from './bench-world.ts';
import type { Contestant } from './contestants.ts';
import { gated, strategies, weights } from './objects.ts';
import type { KubeApiServerBinaries } from '../../test/support/real/kube-apiserver.ts';

export interface Figures {
  /** Seconds until all canaries were Initialized. */
  readonly initialized: number;
  readonly idle: { readonly seconds: number; readonly requests: RequestCounts; readonly cpuSeconds: number };
  /** All canaries in a rollout at once: seconds of CPU and requests of one of them. */
  readonly rollout: { readonly requests: number; readonly cpuSeconds: number };
  readonly residentMb: number;
  /** From change to Succeeded, by strategy; one at a time. */
  readonly seconds: Readonly<Record<string, number>>;
  /** From a gate's opening to the next write. */
  readonly gateSeconds: readonly number[];
}

export interface Plan {
  /** Canaries at rest beside the ones that are measured. */
  readonly canaries: number;
  readonly idleSeconds: number;
  readonly gateRounds: number;
  /** Without rollouts: what counts is how much a fleet at rest costs. */
  readonly restOnly: boolean;
}

/** All figures of one controller, on a control plane of its own. */
export async function measure(
  contestant: Contestant,
  binaries: KubeApiServerBinaries,
  plan: Plan,
): Promise<Figures> {
  const report = (stage: string): void =>
    reportProgress(`${plan.canaries} canaries under ${contestant.name}: ${stage}`);
  report('starting a control plane');
  const world = await startBenchWorld(binaries);
  try {
    report('starting the controller');
    const running = await contestant.start(world);
    try {
      return await measureAll({ world, pid: running.pid, plan, report });
    } finally {
      await running.stop();
    }
  } finally {
    await world.close();
  }
}

interface Measurement {
  readonly world: BenchWorld;
  /** Of the controller. */
  readonly pid: number;
  readonly plan: Plan;
  /** Prints the stage that begins, on standard error. */
  readonly report: (stage: string) => void;
}

async function measureAll(measurement: Measurement): Promise<Figures> {
  const { world, pid, plan, report } = measurement;
  const names = Array.from({ length: plan.canaries }, (_, index) => `app-${index}`);
  const startedAt = performance.now();
  report('creating them');
  await inTurns(names, (name) => world.create(name, weights));
  report('created, waiting until all are Initialized');
  const initialized = ((await world.reach(names, 'Initialized', 1_800_000)) - startedAt) / 1000;
  report('waiting 20 s until they are at rest');
  // What initialization leaves behind (targets that end, endpoints that move) is over by then.
  await seconds(20);
  report(`at rest, for ${plan.idleSeconds} s`);
  const idle = await overTime(world, pid, () => seconds(plan.idleSeconds));
  const { residentMb } = figuresOf(pid);
  const none = { requests: 0, cpuSeconds: 0 };
  const rest = { initialized, idle, residentMb, rollout: none, seconds: {}, gateSeconds: [] };
  if (plan.restOnly) return rest;
  const all = await overTime(world, pid, async () => {
    report('shipping all at once');
    await inTurns(names, (name) => world.ship(name, 'podinfo:2'));
    report('shipped, waiting until all have Succeeded');
    await world.reach(names, 'Succeeded', 600_000);
  });
  const requests = (all.requests.reads + all.requests.writes) / names.length;
  return {
    ...rest,
    rollout: { requests, cpuSeconds: all.cpuSeconds / names.length },
    residentMb: figuresOf(pid).residentMb,
    seconds: await eachStrategy(measurement),
    gateSeconds: await gateRounds(measurement),
  };
}

async function eachStrategy({ world, report }: Measurement): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [index, strategy] of strategies.entries()) {
    const name = `single-${index}`;
    report(`one canary, ${strategy.name} (strategy ${index + 1} of ${strategies.length})`);
    await world.create(name, strategy);
    await world.reach([name], 'Initialized', 120_000);
    const startedAt = performance.now();
    await world.ship(name, 'podinfo:2');
    found[strategy.name] = ((await world.reach([name], 'Succeeded', 300_000)) - startedAt) / 1000;
  }
  return found;
}

/** At odd moments, so that no rhythm of the controller is met each time. */
async function gateRounds({ world, plan, report }: Measurement): Promise<readonly number[]> {
  const rounds = plan.gateRounds;
  const found: number[] = [];
  if (rounds > 0) {
    await world.create('gate', gated);
    await world.reach(['gate'], 'Initialized', 120_000);
  }
  for (let round = 0; round < rounds; round += 1) {
    report(`gate, round ${round + 1} of ${rounds}`);
    world.setGate(false);
    await world.ship('gate', `podinfo:${round + 2}`);
    await world.reach(['gate'], 'Waiting', 120_000);
    await seconds(1 + ((round * 0.37) % 1));
    const openedAt = world.setGate(true);
    found.push(((await world.reach(['gate'], 'Progressing', 120_000)) - openedAt) / 1000);
    await world.reach(['gate'], 'Succeeded', 120_000);
  }
  return found;
}

async function overTime(world: BenchWorld, pid: number, act: () => Promise<void>) {
  const from = Date.now();
  const before = figuresOf(pid);
  await act();
  return {
    seconds: (Date.now() - from) / 1000,
    requests: world.requestsSince(from),
    cpuSeconds: figuresOf(pid).cpuSeconds - before.cpuSeconds,
  };
}

const seconds = (count: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, count * 1000));

const atOnce = 20;

async function inTurns(names: readonly string[], act: (name: string) => Promise<void>): Promise<void> {
  for (let start = 0; start < names.length; start += atOnce)
    await Promise.all(names.slice(start, start + atOnce).map(act));
}
