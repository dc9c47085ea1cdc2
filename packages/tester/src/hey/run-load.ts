import { setTimeout } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import type { HeyOptions } from './hey-options.ts';

/** Times in seconds, as the report shows them. */
export interface LoadSample {
  readonly total: number;
  readonly wait: number;
  readonly read: number;
}

export interface LoadResult {
  readonly seconds: number;
  /** Times of the first million answers, in order of arrival. */
  readonly samples: readonly LoadSample[];
  readonly statusCodes: ReadonlyMap<number, number>;
  readonly errors: ReadonlyMap<string, number>;
  readonly bytes: number;
}

const mostSamples = 1_000_000;
/** Longest delay of a timer; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;
const mostErrorTexts = 50;

/**
 * Sends the load that hey's options describe. autocannon is not used: it follows no redirects, sends a second's
 * requests in one burst, takes whole rates only, and reports percentiles where hey needs each latency.
 * After an abort of `stop` no request starts; running requests are awaited.
 */
export async function runLoad(
  options: HeyOptions,
  body: string | Uint8Array | undefined,
  dispatcher: Dispatcher,
  stop: AbortSignal,
): Promise<LoadResult> {
  const tally = createTally();
  const started = performance.now();
  const end = options.durationMs > 0 ? started + options.durationMs : Number.POSITIVE_INFINITY;
  const worker = async (): Promise<void> => {
    const waitForTurn = createPace(options.rate, started, end);
    for (let count = 0; count < options.requestsPerWorker; count += 1) {
      if (!(await waitForTurn(stop))) return;
      await sendOne(options, body, dispatcher, tally);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, worker));
  return { ...tally, bytes: tally.bytes, seconds: (performance.now() - started) / 1000 };
}

/**
 * Waits for the next tick of a fixed grid. Missed ticks are made up for by one request only, as in hey. Returns
 * false when no tick is left; a tick at `end` still counts.
 */
function createPace(rate: number, started: number, end: number): (stop: AbortSignal) => Promise<boolean> {
  if (rate === 0) return async (stop) => !stop.aborted && performance.now() < end;
  const intervalMs = 1000 / rate;
  let used = 0;
  return async (stop) => {
    const passed = Math.floor((performance.now() - started) / intervalMs);
    used = passed > used ? passed : used + 1;
    // One millisecond of tolerance for rounding.
    const isLast = started + used * intervalMs > end + 1;
    const turn = isLast ? end : started + used * intervalMs;
    const delayMs = turn - performance.now();
    if (delayMs > 0)
      await setTimeout(Math.min(delayMs, longestMs), undefined, { signal: stop }).catch(() => undefined);
    return !isLast && !stop.aborted;
  };
}

interface Tally {
  readonly samples: LoadSample[];
  readonly statusCodes: Map<number, number>;
  readonly errors: Map<string, number>;
  bytes: number;
}

const createTally = (): Tally => ({ samples: [], statusCodes: new Map(), errors: new Map(), bytes: 0 });

async function sendOne(
  options: HeyOptions,
  body: string | Uint8Array | undefined,
  dispatcher: Dispatcher,
  tally: Tally,
): Promise<void> {
  const started = performance.now();
  try {
    const answer = await dispatcher.request({
      origin: options.url.origin,
      path: options.url.pathname + options.url.search,
      method: options.method,
      headers: { ...options.headers },
      body: body ?? null,
      reset: !options.keepAlive,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(options.timeoutMs > 0 ? { signal: AbortSignal.timeout(options.timeoutMs) } : {}),
    });
    const answered = performance.now();
    let bytes = 0;
    for await (const chunk of answer.body) bytes += byteLength(chunk);
    const ended = performance.now();
    tally.bytes += bytes;
    tally.statusCodes.set(answer.statusCode, (tally.statusCodes.get(answer.statusCode) ?? 0) + 1);
    if (tally.samples.length >= mostSamples) return;
    tally.samples.push({
      total: (ended - started) / 1000,
      wait: (answered - started) / 1000,
      read: (ended - answered) / 1000,
    });
  } catch (error) {
    countError(tally, describeFailure(options, error));
  }
}

const byteLength = (chunk: unknown): number => (chunk instanceof Uint8Array ? chunk.byteLength : 0);

function countError(tally: Tally, text: string): void {
  const known = tally.errors.has(text) || tally.errors.size < mostErrorTexts;
  const key = known ? text : 'other errors';
  tally.errors.set(key, (tally.errors.get(key) ?? 0) + 1);
}

function describeFailure(options: HeyOptions, error: unknown): string {
  const method = options.method.charAt(0) + options.method.slice(1).toLowerCase();
  return `${method} ${JSON.stringify(maskUrl(options.url.href))}: ${reasonOf(options, error)}`;
}

function reasonOf(options: HeyOptions, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no full answer within ${options.timeoutMs / 1000}s`;
  // The error of a name with several addresses has a list of errors and no message.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error.message === '' ? error.name : error.message;
}
