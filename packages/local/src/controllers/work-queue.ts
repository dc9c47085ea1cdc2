import { backOff, withoutJitter } from '@sluice/lib/time/back-off.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import type { CancelTimer, Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';

/** Keys that wait to be looked at again. A key is in it at most once, however often it is added. */
export interface WorkQueue {
  add(key: string): void;
  /** Looks at the key again after the delay, sooner if it is added before. The earliest of several delays holds. */
  addAfter(key: string, delayMs: number): void;
  close(): void;
}

interface WorkQueueOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Level-triggered: gets a name, reads what stands, acts. An error brings the key back later. */
  readonly reconcile: (key: string) => void;
}

const retryRange = { firstMs: 5, maxMs: 30_000 };

export function createWorkQueue({ clock, log, reconcile }: WorkQueueOptions): WorkQueue {
  const waiting = new Set<string>();
  const delayed = new Map<string, { at: number; cancel: CancelTimer }>();
  const failures = new Map<string, number>();
  let cancelDrain: CancelTimer | undefined;
  let closed = false;

  function add(key: string): void {
    if (closed) return;
    waiting.add(key);
    cancelDrain ??= clock.setTimer(0, drain);
  }

  function addAfter(key: string, delayMs: number): void {
    const at = clock.now() + delayMs;
    const present = delayed.get(key);
    if (closed || (present !== undefined && present.at <= at)) return;
    present?.cancel();
    const cancel = clock.setTimer(delayMs, () => {
      delayed.delete(key);
      add(key);
    });
    delayed.set(key, { at, cancel });
  }

  function drain(): void {
    cancelDrain = undefined;
    const keys = [...waiting];
    waiting.clear();
    for (const key of keys) attempt(key);
  }

  function attempt(key: string): void {
    try {
      reconcile(key);
      failures.delete(key);
    } catch (error) {
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      if (!isConflict(error)) log.warn('reconciliation failed', { key, error: describeError(error) });
      addAfter(key, backOff(count, retryRange, withoutJitter));
    }
  }

  function close(): void {
    closed = true;
    cancelDrain?.();
    for (const { cancel } of delayed.values()) cancel();
    delayed.clear();
    waiting.clear();
  }

  return { add, addAfter, close };
}
