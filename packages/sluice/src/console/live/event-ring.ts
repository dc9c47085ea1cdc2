export interface StreamEvent {
  readonly sequence: number;
  /** Namespace whose readers may see it. */
  readonly namespace: string;
  /** JSON, one line. */
  readonly data: string;
}

export type EventsAfter =
  | { readonly kind: 'events'; readonly events: readonly StreamEvent[] }
  /** Some of the events after this id are gone, or the id is of another process: read everything anew. */
  | { readonly kind: 'gap' };

/** The last events of this process, for readers that come back. Ids are `EPOCH-SEQUENCE`. */
export interface EventRing {
  add(namespace: string, data: unknown): void;
  after(id: string): EventsAfter;
  /** Id of the last event. */
  readonly lastId: string;
  idOf(event: StreamEvent): string;
  /** Calls with each new event. The returned function unsubscribes. */
  onAdd(listener: () => void): () => void;
}

/** Minutes of a busy cluster: 4096 events are 13 minutes at five changes a second. */
const mostEvents = 4096;

/** `epoch` tells processes apart. */
export function createEventRing(epoch: string, most = mostEvents): EventRing {
  const events: StreamEvent[] = [];
  const listeners = new Set<() => void>();
  let sequence = 0;
  const idAt = (position: number): string => `${epoch}-${position}`;
  return {
    add(namespace, data) {
      sequence += 1;
      events.push({ sequence, namespace, data: JSON.stringify(data) });
      // guard: the-ring-of-events-is-bounded
      if (events.length > most) events.shift();
      for (const listener of listeners) listener();
    },
    after(id) {
      const position = positionOf(id, epoch);
      const isKnown = position !== undefined && position <= sequence && position >= sequence - events.length;
      if (!isKnown) return { kind: 'gap' };
      return { kind: 'events', events: events.slice(events.length - (sequence - position)) };
    },
    get lastId() {
      return idAt(sequence);
    },
    idOf: (event) => idAt(event.sequence),
    onAdd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function positionOf(id: string, epoch: string): number | undefined {
  const found = /^(.{1,40})-(\d{1,15})$/.exec(id);
  return found?.[1] === epoch ? Number(found[2]) : undefined;
}
