import type { Clock } from '@sluice/lib/ports/clock.ts';

/** Values that are forgotten after a time, and of which at most `most` are kept: the oldest go first. */
export interface BoundedMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  readonly size: number;
}

export function createBoundedMap<Value>(
  clock: Pick<Clock, 'now'>,
  { most, keptMs }: { readonly most: number; readonly keptMs: number },
): BoundedMap<Value> {
  const entries = new Map<string, { readonly value: Value; readonly until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      // guard: what-is-kept-for-a-time-expires
      if (entry !== undefined && entry.until <= clock.now()) {
        entries.delete(key);
        return undefined;
      }
      return entry?.value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, until: clock.now() + keptMs });
      const oldest = entries.keys().next().value;
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size;
    },
  };
}
