import type { ChildProcess } from 'node:child_process';
import { endProcess, guardedSpawn } from '../../test/support/real/guarded-spawn.ts';
import { until } from '../../test/support/real/until.ts';
import { imageCommand, imageEnvironment } from '../image.ts';
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

/** The controller of the image as a process; what it does is read from its own /metrics. */
export async function startMeasuredController(
  kubeconfig: string,
  more: readonly string[] = [],
): Promise<MeasuredController> {
  const [node, ...program] = imageCommand;
  const child = guardedSpawn(node, [...nodeFlags, ...program, ...controllerArgs(kubeconfig), ...more], {
    env: imageEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new ControllerProcess(child, await servedUrl(child));
}

/** SIGUSR2 collects garbage: what is left of the heap afterwards is what the program holds on to. */
const collectOnSignal = `process.on('SIGUSR2', () => globalThis.gc())`;

const nodeFlags: readonly string[] = [
  '--expose-gc',
  '--import',
  `data:text/javascript,${encodeURIComponent(collectOnSignal)}`,
];

const controllerArgs = (kubeconfig: string): readonly string[] => [
  `-kubeconfig=${kubeconfig}`,
  '-port=0',
  '-mesh-provider=gatewayapi:v1',
];

/** From the controller's log, once it serves. */
async function servedUrl(child: ChildProcess): Promise<string> {
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => void (log = (log + chunk.toString()).slice(0, 20_000)));
  const often = { timeoutMs: 30_000, everyMs: 10 };
  try {
    return await until('the controller serves', () => /"url":"([^"]+)"/.exec(log)?.[1], often);
  } catch (cause) {
    throw new Error(log, { cause });
  }
}

class ControllerProcess implements MeasuredController {
  readonly #child: ChildProcess;
  readonly #url: string;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  async figures(): Promise<ControllerFigures> {
    const pid = this.#child.pid ?? 0;
    process.kill(pid, 'SIGUSR2');
    await pause(200);
    const text = await this.#metrics();
    const lateBuckets = bucketsOf(text);
    return {
      ...figuresOf(pid),
      passes: passesOf(text),
      heapMb: sampleOf(text, 'nodejs_heap_size_used_bytes') / 2 ** 20,
      lateBuckets,
      lateP99: (before) => p99(before.lateBuckets, lateBuckets),
    };
  }

  async passesReach(count: number): Promise<void> {
    const areDone = async (): Promise<boolean> => passesOf(await this.#metrics()) >= count;
    await until(`${count} passes`, areDone, { timeoutMs: 300_000, everyMs: 50 });
  }

  async settled(): Promise<ControllerFigures> {
    let before = await this.figures();
    for (;;) {
      await pause(1000);
      const now = await this.figures();
      if (now.passes === before.passes) return now;
      before = now;
    }
  }

  stop(): Promise<void> {
    return endProcess(this.#child);
  }

  async #metrics(): Promise<string> {
    return (await fetch(`${this.#url}/metrics`)).text();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

const passesOf = (text: string): number => sampleOf(text, 'workqueue_queue_duration_seconds_count');

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
