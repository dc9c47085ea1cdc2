import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { StoreEvent } from '../contracts.ts';
import { createEventHistory, type EventHistory, type RecordedEvent } from './history.ts';
import { kindKey } from './kind-registry.ts';
import { inVersion } from './version-view.ts';

export type EventListener = (event: RecordedEvent) => void;

/** Sends each change of a kind to its listeners, in order, even when a listener itself writes. */
export interface EventStream {
  publish(resource: ResourceType, event: RecordedEvent): void;
  subscribe(resource: ResourceType, listener: EventListener): () => void;
  since(resource: ResourceType, resourceVersion: number, current: number): readonly RecordedEvent[];
}

export function createEventStream(historyLimit: number): EventStream {
  const histories = new Map<string, EventHistory>();
  const listeners = new Map<string, Set<EventListener>>();
  const pending: (() => void)[] = [];
  let draining = false;
  const historyOf = (resource: ResourceType): EventHistory => {
    const found = histories.get(kindKey(resource)) ?? createEventHistory(historyLimit);
    histories.set(kindKey(resource), found);
    return found;
  };
  return {
    publish(resource, event) {
      historyOf(resource).record(event);
      // The audience is fixed now: a subscription made by a listener must not get earlier events.
      const audience = [...(listeners.get(kindKey(resource)) ?? [])];
      pending.push(() => {
        for (const listener of audience) {
          if (listeners.get(kindKey(resource))?.has(listener)) listener(event);
        }
      });
      if (draining) return;
      draining = true;
      try {
        for (let next = pending.shift(); next !== undefined; next = pending.shift()) next();
      } finally {
        draining = false;
      }
    },
    subscribe(resource, listener) {
      const heard: EventListener = (event) => listener(eventInVersion(event, resource));
      const set = listeners.get(kindKey(resource)) ?? new Set<EventListener>();
      listeners.set(kindKey(resource), set.add(heard));
      return () => void set.delete(heard);
    },
    since: (resource, resourceVersion, current) =>
      historyOf(resource)
        .since(resourceVersion, current)
        .map((event) => eventInVersion(event, resource)),
  };
}

function eventInVersion(event: RecordedEvent, resource: ResourceType): RecordedEvent {
  const object = inVersion(event.object, resource);
  if (object === event.object) return event;
  return { ...event, object, ...(event.previous ? { previous: inVersion(event.previous, resource) } : {}) };
}

export const storeEvent = (
  type: StoreEvent['type'],
  object: AnyKubeObject,
  previous?: AnyKubeObject,
): RecordedEvent => ({
  type,
  object,
  ...(previous === undefined ? {} : { previous }),
  resourceVersion: Number(object.metadata.resourceVersion),
});
