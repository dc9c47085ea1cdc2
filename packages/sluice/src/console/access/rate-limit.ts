import type { Clock } from '@sluice/lib/ports/clock.ts';
import { createBoundedMap } from './bounded-map.ts';

/** Whether one more request of `key` is allowed now; it then counts. */
export type RateLimit = (key: string) => boolean;

const mostKeys = 10_000;

/** Allows `burst` requests at once, and as many again in each minute. */
export function createRateLimit(clock: Pick<Clock, 'now'>, burst: number): RateLimit {
  const keptMs = 60_000;
  const buckets = createBoundedMap<{ readonly left: number; readonly at: number }>(clock, {
    most: mostKeys,
    keptMs,
  });
  return (key) => {
    const now = clock.now();
    const { left, at } = buckets.get(key) ?? { left: burst, at: now };
    const filled = Math.min(burst, left + ((now - at) / keptMs) * burst);
    buckets.set(key, { left: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1;
  };
}
