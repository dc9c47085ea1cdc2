import type { Clock } from '@sluice/lib/ports/clock.ts';
import { jsonText } from './json-text.ts';

/** One watch's body. A client that reads too slowly is cut off: it lists anew, and the server's memory stays bounded. */
export interface WatchStream {
  readonly body: ReadableStream<Uint8Array>;
  send(type: string, object: unknown): void;
  /** Called once, when the watch ends for whatever reason (at once, if it has ended). */
  onEnd(cleanup: () => void): void;
}

const maxQueuedBytes = 16 * 1024 * 1024;

export function createWatchStream(options: {
  readonly timeoutSeconds: number | undefined;
  readonly setTimer: Clock['setTimer'];
  readonly signals: readonly AbortSignal[];
}): WatchStream {
  const cleanups: (() => void)[] = [];
  let ended = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const encoder = new TextEncoder();

  const end = (): void => {
    if (ended) return;
    ended = true;
    for (const cleanup of cleanups.splice(0)) cleanup();
    try {
      controller?.close();
    } catch {
      // The reader cancelled first: the stream is closed already.
    }
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (created) => void (controller = created),
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxQueuedBytes }),
  );
  if (options.timeoutSeconds !== undefined && options.timeoutSeconds > 0) {
    cleanups.push(options.setTimer(options.timeoutSeconds * 1000, end));
  }
  for (const signal of options.signals) {
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
    cleanups.push(() => signal.removeEventListener('abort', end));
  }
  return {
    body,
    send(type, object) {
      if (ended) return;
      controller?.enqueue(encoder.encode(`{"type":"${type}","object":${jsonText(object)}}\n`));
      if ((controller?.desiredSize ?? 0) <= 0) end();
    },
    onEnd(cleanup) {
      if (ended) cleanup();
      else cleanups.push(cleanup);
    },
  };
}
