import { HttpError } from '../../src/lib/http-error.ts';
import type { HttpResponse } from '../../src/ports/http.ts';

/**
 * `ends`: the server ends it in order, as after its time-out. `reset`: the connection breaks. `gone`: the server says
 * 410, its history is gone. `silent`: it stays open, and says nothing any more.
 */
export type WatchFault = 'ends' | 'reset' | 'gone' | 'silent';

export interface WatchFaults {
  /** Paths of those that are open now. */
  readonly paths: readonly string[];
  /** Every watch that is open now and whose path matches breaks; how many those are. */
  break(path: RegExp, fault: WatchFault): number;
  /** The answer of a watch, which breaks when it is told to. */
  open(path: string, response: HttpResponse, signal: AbortSignal): HttpResponse;
}

/** The watches of the controller, while they are open. */
export function createWatchFaults(): WatchFaults {
  const watches = new Set<{ readonly path: string; readonly happens: (fault: WatchFault) => void }>();
  return {
    get paths() {
      return [...watches].map(({ path }) => path);
    },
    break(path, fault) {
      const matching = [...watches].filter((watch) => path.test(watch.path));
      for (const watch of matching) watch.happens(fault);
      return matching.length;
    },
    open(path, response, signal) {
      const fault = Promise.withResolvers<WatchFault>();
      const watch = { path, happens: fault.resolve };
      watches.add(watch);
      const body = breakable(response.body, fault.promise, signal);
      return { ...response, body: until(body, () => watches.delete(watch)) };
    },
  };
}

async function* until(body: AsyncIterable<Uint8Array>, ended: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    ended();
  }
}

async function* breakable(
  body: AsyncIterable<Uint8Array>,
  broken: Promise<WatchFault>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    const read = chunks.next();
    const next = await Promise.race([broken, read]);
    if (typeof next !== 'string') {
      if (next.done === true) return;
      yield next.value;
      continue;
    }
    // It was asked for, and is heard by nobody.
    read.catch(() => undefined);
    if (next === 'ends') return;
    if (next === 'reset') throw new HttpError('reset', 'connection reset');
    if (next === 'silent') await untilAborted(signal);
    yield Buffer.from(`${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
    return;
  }
}

const expired = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'too old resource version',
  reason: 'Expired',
  code: 410,
};

/** Rejects with the signal's reason once it aborts, as a request does that nobody waits for any more. */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
