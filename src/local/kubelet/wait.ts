import type { Clock } from '../../ports/clock.ts';

/** Resolves after the delay or when the signal aborts, whichever comes first; never rejects. */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const cancel = clock.setTimer(delayMs, done);
    function done(): void {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** True when the promise settled before the delay was over. */
export async function settledWithin(
  clock: Clock,
  delayMs: number,
  promise: Promise<unknown>,
): Promise<boolean> {
  const over = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = wait(clock, delayMs, over.signal).then(() => false);
  const answer = await Promise.race([settled, late]);
  over.abort();
  return answer;
}
