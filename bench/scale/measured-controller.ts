import { endProcess, guardedSpawn } from '../../test/support/real/guarded-spawn.ts';
import { until } from '../../test/support/real/until.ts';
import { figuresOf } from '../processes.ts';

export interface ControllerFigures {
  readonly passes: number;
  readonly cpuSeconds: number;
  readonly residentMb: number;
  /** After a collection of garbage. */
  readonly heapMb: number;
  /** Of the passes since then: seconds that 99 % of them waited at most. */
  lateP99(before: ControllerFigures): number;
  readonly lateBuckets: ReadonlyMap<number, number>;
}

export interface MeasuredController {
  figures(): Promise<ControllerFigures>;
  passesReach(count: number): Promise<void>;
  /** Resolves when no pass has begun for a second. */
  settled(): Promise<ControllerFigures>;
  stop(): Promise<void>;
}

/** The built controller as a process; what it does is read from its own /metrics. */
export async function startMeasuredController(
  kubeconfig: string,
  more: readonly string[] = [],
): Promise<MeasuredController> {
  const args = [
    'controller',
    `-kubeconfig=${kubeconfig}`,
    '-port=0',
    '-mesh-provider=gatewayapi:v1',
    ...more,
  ];
  // SIGUSR2 collects garbage: what is left of the heap afterwards is what the program holds on to.
  const collect = `process.on('SIGUSR2', () => globalThis.gc())`;
  const child = guardedSpawn(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      `data:text/javascript,${encodeURIComponent(collect)}`,
      'dist/sluice/src/cli/main.js',
      ...args,
    ],
    { env: { ...process.env, SLUICE_BIND_ADDRESS: '127.0.0.1' }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => void (log = (log + chunk.toString()).slice(0, 20_000)));
  const url = await until('the controller serves', () => /"url":"([^"]+)"/.exec(log)?.[1], {
    timeoutMs: 30_000,
    everyMs: 10,
  }).catch((error: unknown) => {
    throw new Error(log, { cause: error });
  });
  const read = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
  const pid = child.pid ?? 0;
  const figures = async (): Promise<ControllerFigures> => {
    process.kill(pid, 'SIGUSR2');
    await new Promise((resolve) => void setTimeout(resolve, 200));
    const text = await read();
    const lateBuckets = bucketsOf(text);
    return {
      ...figuresOf(pid),
      passes: sampleOf(text, 'workqueue_queue_duration_seconds_count'),
      heapMb: sampleOf(text, 'nodejs_heap_size_used_bytes') / 2 ** 20,
      lateBuckets,
      lateP99: (before) => p99(before.lateBuckets, lateBuckets),
    };
  };
  return {
    figures,
    passesReach: async (count) =>
      void (await until(
        `${count} passes`,
        async () => sampleOf(await read(), 'workqueue_queue_duration_seconds_count') >= count,
        { timeoutMs: 300_000, everyMs: 50 },
      )),
    async settled() {
      let before = await figures();
      for (;;) {
        await new Promise((resolve) => void setTimeout(resolve, 1000));
        const now = await figures();
        if (now.passes === before.passes) return now;
        before = now;
      }
    },
    stop: () => endProcess(child),
  };
}

const sampleOf = (text: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);

/** Upper bound of each bucket to how many were at most so late. */
const bucketsOf = (text: string): ReadonlyMap<number, number> =>
  new Map(
    [...text.matchAll(/^workqueue_queue_duration_seconds_bucket\{le="([^"]+)"[^}]*\} (\S+)$/gm)].map(
      ([, bound, count]) => [bound === '+Inf' ? Infinity : Number(bound), Number(count)] as const,
    ),
  );

function p99(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  const total = (after.get(Infinity) ?? 0) - (before.get(Infinity) ?? 0);
  for (const [bound, count] of after) if (count - (before.get(bound) ?? 0) >= total * 0.99) return bound;
  return NaN;
}
