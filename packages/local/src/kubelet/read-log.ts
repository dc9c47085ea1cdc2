import type { LogOptions } from '../contracts.ts';
import type { ContainerLog, LogLine } from './container-log.ts';

type ReadOptions = Pick<LogOptions, 'follow' | 'tailLines' | 'sinceSeconds' | 'timestamps' | 'limitBytes'>;

/** Most lines that wait for a slow follower; beyond that the oldest are dropped. */
const followerBound = 10_000;

/** Reads the log for `kubectl logs`. With `follow` it ends with the container's run. */
export async function* readLog(
  log: ContainerLog,
  options: ReadOptions,
  now: number,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  for await (const line of linesOf(log, options, now, signal)) {
    const bytes = Buffer.from(options.timestamps ? `${line.time} ${line.text}` : line.text);
    yield bytes.subarray(0, Math.min(left, bytes.length));
    left -= bytes.length;
    if (left <= 0) return;
  }
}

async function* linesOf(
  log: ContainerLog,
  options: ReadOptions,
  now: number,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  if (!options.follow) {
    yield* selectLines(log.lines(), options, now);
    return;
  }
  const queue: (LogLine | undefined)[] = [];
  let wake = (): void => undefined;
  const push = (line: LogLine | undefined): void => {
    if (queue.length >= followerBound) queue.shift();
    queue.push(line);
    wake();
  };
  // No await between reading and subscribing, so that no line is lost or repeated.
  const past = selectLines(log.lines(), options, now);
  const stop = log.follow(push);
  const onAbort = (): void => push(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    yield* past;
    while (!signal.aborted) {
      if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const line = queue.shift();
      if (line === undefined) return;
      yield line;
    }
  } finally {
    stop();
    signal.removeEventListener('abort', onAbort);
  }
}

export function selectLines(
  lines: readonly LogLine[],
  options: ReadOptions,
  now: number,
): readonly LogLine[] {
  const { sinceSeconds, tailLines } = options;
  const since = sinceSeconds === undefined ? '' : new Date(now - sinceSeconds * 1000).toISOString();
  const recent = lines.filter((line) => line.time >= since);
  return tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines));
}
