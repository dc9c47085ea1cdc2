import type { Clock } from '@sluice/lib/ports/clock.ts';

/** Whether somebody may do something once more now. */
export interface ClickLimit {
  take(who: string): boolean;
}

interface Bucket {
  left: number;
  /** Milliseconds since the epoch, of the last refill. */
  at: number;
}

/** Names remembered; the one that was quiet longest goes first. */
const mostNames = 1_000;

/** `most` in a row for each name, and one more every `perMs / most`. */
export function createClickLimit(
  clock: Clock,
  { most, perMs }: { readonly most: number; readonly perMs: number },
): ClickLimit {
  const buckets = new Map<string, Bucket>();
  return {
    take(who) {
      const now = clock.now();
      const { left, at } = buckets.get(who) ?? { left: most, at: now };
      const refilled = Math.min(most, left + ((now - at) * most) / perMs);
      const isAllowed = refilled >= 1;
      buckets.delete(who);
      buckets.set(who, { left: isAllowed ? refilled - 1 : refilled, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > mostNames && oldest !== undefined) buckets.delete(oldest);
      return isAllowed;
    },
  };
}
