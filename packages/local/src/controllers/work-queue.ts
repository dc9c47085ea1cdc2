import { backOff, withoutJitter } from '@sluice/lib/time/back-off.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import type { CancelTimer, Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';

/** Keys that wait for reconciliation. A key is in it at most once, however often it is added. */
export interface WorkQueue {
  add(key: string): void;
  /** Reconciles the key after the delay, or earlier if it is added before. The earliest of several delays applies. */
  addAfter(key: string, delayMs: number): void;
  close(): void;
}

interface WorkQueueOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Level-triggered: reads the current state of the key and acts. After an error the key is retried. */
  readonly reconcile: (key: string) => void;
}

const retryRange = { firstMs: 5, maxMs: 30_000 };

export const createWorkQueue = (options: WorkQueueOptions): WorkQueue => new TimedQueue(options);

class TimedQueue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #delayed = new Map<string, { at: number; cancel: CancelTimer }>();
  readonly #failures = new Map<string, number>();
  #cancelDrain: CancelTimer | undefined;
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#closed) return;
    this.#waiting.add(key);
    this.#cancelDrain ??= this.#options.clock.setTimer(0, () => this.#drain());
  }

  addAfter(key: string, delayMs: number): void {
    const { clock } = this.#options;
    const at = clock.now() + delayMs;
    const present = this.#delayed.get(key);
    if (this.#closed || (present !== undefined && present.at <= at)) return;
    present?.cancel();
    const cancel = clock.setTimer(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, cancel });
  }

  close(): void {
    this.#closed = true;
    this.#cancelDrain?.();
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#waiting.clear();
  }

  #drain(): void {
    this.#cancelDrain = undefined;
    const keys = [...this.#waiting];
    this.#waiting.clear();
    for (const key of keys) this.#attempt(key);
  }

  #attempt(key: string): void {
    try {
      this.#options.reconcile(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#retryLater(key, error);
    }
  }

  #retryLater(key: string, error: unknown): void {
    const count = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, count);
    if (!isConflict(error))
      this.#options.log.warn('reconciliation failed', { key, error: describeError(error) });
    this.addAfter(key, backOff(count, retryRange, withoutJitter));
  }
}
