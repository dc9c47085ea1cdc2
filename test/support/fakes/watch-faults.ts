import { HttpError } from '@sluice/lib/http/http-error.ts';
import type { HttpResponse } from '@sluice/lib/ports/http.ts';

/**
 * `ends`: the server ends it in order, as after its time-out. `reset`: the connection breaks. `gone`: the server says
 * 410, its history is gone. `silent`: it stays open, and says nothing any more.
 */
export type WatchFault = 'ends' | 'reset' | 'gone' | 'silent';

export interface WatchFaults {
  /** Paths of those that are open now. */
  readonly paths: readonly string[];
  /** How many say nothing any more, which the controller has not noticed yet. */
  readonly silent: number;
  /** Every watch that is open now and whose path matches breaks; how many those are. */
  break(path: RegExp, fault: WatchFault): number;
  /** The answer of a watch, which breaks when it is told to. */
  open(path: string, response: HttpResponse, signal: AbortSignal): HttpResponse;
}

interface OpenWatch {
  readonly path: string;
  readonly happens: (fault: WatchFault) => void;
  isSilent: boolean;
}

/** The watches of the controller, while they are open. */
export function createWatchFaults(): WatchFaults {
  const watches = new Set<OpenWatch>();
  return {
    get paths() {
      return [...watches].map(({ path }) => path);
    },
    get silent() {
      return [...watches].filter((watch) => watch.isSilent).length;
    },
    break(path, fault) {
      const matching = [...watches].filter((watch) => path.test(watch.path));
      for (const watch of matching) {
        watch.happens(fault);
        watch.isSilent ||= fault === 'silent';
      }
      return matching.length;
    },
    open(path, response, signal) {
      const { body, happens } = breakable(response.body, signal);
      const watch: OpenWatch = { path, happens, isSilent: false };
      watches.add(watch);
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

interface Breakable {
  readonly body: AsyncIterable<Uint8Array>;
  readonly happens: (fault: WatchFault) => void;
}

function breakable(whole: AsyncIterable<Uint8Array>, signal: AbortSignal): Breakable {
  let fault: WatchFault | undefined;
  let interrupt: (fault: WatchFault) => void = () => undefined;
  const chunks = whole[Symbol.asyncIterator]();
  /** The next chunk, or what happens before it comes. */
  const next = (): Promise<IteratorResult<Uint8Array> | WatchFault> =>
    new Promise((resolve, reject) => {
      interrupt = resolve;
      chunks.next().then(resolve, reject);
    });
  async function* read(): AsyncGenerator<Uint8Array> {
    while (fault === undefined) {
      const chunk = await next();
      if (typeof chunk === 'string') break;
      if (chunk.done === true) return;
      yield chunk.value;
    }
    if (fault === 'ends') return;
    if (fault === 'reset') throw new HttpError('reset', 'connection reset');
    if (fault === 'silent') await untilAborted(signal);
    yield Buffer.from(`${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
  }
  return {
    body: read(),
    happens(kind) {
      fault ??= kind;
      interrupt(kind);
    },
  };
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
