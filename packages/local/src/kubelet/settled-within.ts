import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

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
  const late = sleep(clock, delayMs, over.signal).then(() => false);
  const answer = await Promise.race([settled, late]);
  over.abort();
  return answer;
}
