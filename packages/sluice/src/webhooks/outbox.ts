import type { OutboxEntry } from '../api/canary-status.ts';

export interface OutboxLimits {
  readonly entries: number;
  /** Of all entries together, as JSON. */
  readonly bytes: number;
}

/** Half of the largest status (rules/run/fit-status.ts). */
export const defaultOutboxLimits: OutboxLimits = { entries: 64, bytes: 32 * 1024 };

export interface AppendedOutbox {
  readonly outbox: readonly OutboxEntry[];
  /** Number of events that were dropped. */
  readonly dropped: number;
}

/**
 * Adds `entries` at the end, in order; one whose id is there already is not added again. Over the limits, events are
 * dropped, the oldest first. `post-rollout` entries are never dropped, so that they alone may exceed the limits.
 */
export function append(
  outbox: readonly OutboxEntry[],
  entries: readonly OutboxEntry[],
  limits: OutboxLimits = defaultOutboxLimits,
): AppendedOutbox {
  const all = withoutRepeats([...outbox, ...entries]);
  let count = all.length;
  let bytes = all.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const kept = all.filter((entry) => {
    const fits =
      // guard: outbox-is-bounded-in-entries
      count <= limits.entries &&
      // guard: outbox-is-bounded-in-bytes
      bytes <= limits.bytes;
    if (fits || /* guard: the-end-of-a-run-is-never-dropped */ entry.kind !== 'event') return true;
    count -= 1;
    bytes -= sizeOf(entry);
    return false;
  });
  return { outbox: kept, dropped: all.length - kept.length };
}

/** Without the entries that were delivered or given up. */
export function acknowledge(outbox: readonly OutboxEntry[], ids: Iterable<string>): readonly OutboxEntry[] {
  const done = new Set(ids);
  return outbox.filter((entry) => !done.has(entry.id));
}

/** Bytes an entry takes in the status, its comma included. */
export const sizeOf = (entry: OutboxEntry): number => Buffer.byteLength(JSON.stringify(entry)) + 1;

function withoutRepeats(entries: readonly OutboxEntry[]): OutboxEntry[] {
  const seen = new Set<string>();
  return entries.filter(
    ({ id }) => /* guard: the-same-announcement-is-once-in-the-outbox */ !seen.has(id) && seen.add(id),
  );
}
