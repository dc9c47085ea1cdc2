import type { Clock } from '@sluice/lib/ports/clock.ts';
import { jsonText } from './json-text.ts';

/** The body of one watch. A client that reads too slowly is disconnected and lists again, which bounds the memory. */
export interface WatchStream {
  readonly body: ReadableStream<Uint8Array>;
  send(type: string, object: unknown): void;
  /** Calls `cleanup` once, when the watch ends for any reason (at once, if it has ended). */
  onEnd(cleanup: () => void): void;
}

const maxQueuedBytes = 16 * 1024 * 1024;

interface WatchStreamOptions {
  readonly timeoutSeconds: number | undefined;
  readonly setTimer: Clock['setTimer'];
  readonly signals: readonly AbortSignal[];
}

export const createWatchStream = (options: WatchStreamOptions): WatchStream => new OpenWatch(options);

class OpenWatch implements WatchStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #cleanups: (() => void)[] = [];
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #ended = false;

  constructor(options: WatchStreamOptions) {
    this.body = this.#openBody();
    this.#endAfter(options);
    this.#endWith(options.signals);
  }

  send(type: string, object: unknown): void {
    if (this.#ended) return;
    this.#controller?.enqueue(this.#encoder.encode(`{"type":"${type}","object":${jsonText(object)}}\n`));
    if ((this.#controller?.desiredSize ?? 0) <= 0) this.#end();
  }

  onEnd(cleanup: () => void): void {
    if (this.#ended) cleanup();
    else this.#cleanups.push(cleanup);
  }

  #openBody(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start: (created) => void (this.#controller = created),
        cancel: () => this.#end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: maxQueuedBytes }),
    );
  }

  #endAfter({ timeoutSeconds, setTimer }: WatchStreamOptions): void {
    if (timeoutSeconds === undefined || timeoutSeconds <= 0) return;
    this.#cleanups.push(setTimer(timeoutSeconds * 1000, () => this.#end()));
  }

  #endWith(signals: readonly AbortSignal[]): void {
    const end = (): void => this.#end();
    for (const signal of signals) {
      if (signal.aborted) end();
      signal.addEventListener('abort', end);
      this.#cleanups.push(() => signal.removeEventListener('abort', end));
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    try {
      this.#controller?.close();
    } catch {
      // The reader cancelled first: the stream is closed already.
    }
  }
}
