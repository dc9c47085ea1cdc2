import type { StoreEvent } from '../contracts.ts';
import { expired } from './status-error.ts';

export type RecordedEvent = StoreEvent & { readonly resourceVersion: number };

/** The last events of one kind, so that a watch may start in the recent past. Bounded; older starts are refused. */
export interface EventHistory {
  record(event: RecordedEvent): void;
  /** The events after `resourceVersion`. Throws 410 Expired when some of them were dropped. */
  since(resourceVersion: number, current: number): readonly RecordedEvent[];
}

export function createEventHistory(limit: number): EventHistory {
  let events: RecordedEvent[] = [];
  let forgotten = 0;
  return {
    record(event) {
      events.push(event);
      // Trims in bulk, because dropping the first item of an array costs its length.
      if (events.length < limit * 2) return;
      const dropped = events.slice(0, -limit);
      forgotten = dropped.at(-1)?.resourceVersion ?? forgotten;
      events = events.slice(-limit);
    },
    since(resourceVersion, current) {
      // A version above `current` is from before a restart of this in-memory server: the client must list again.
      if (resourceVersion < forgotten || resourceVersion > current) {
        throw expired(`too old resource version: ${resourceVersion} (${Math.max(forgotten, 1)})`);
      }
      return events.filter((event) => event.resourceVersion > resourceVersion);
    },
  };
}
