import { hash } from 'node:crypto';
import type { AnyKubeObject, KubeObject } from '@sluice/kube/objects/kube-object.ts';
import { events } from '@sluice/kube/objects/resources.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { LocalStore } from './contracts.ts';

export type RecordEvent = (
  object: KubeObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
) => void;

interface RecorderOptions {
  readonly store: LocalStore;
  readonly now: () => number;
  /** Shown by `kubectl describe` as the event's source. */
  readonly component: string;
}

/** Writes Events as the real components do: the same words about the same object become one Event with a count. */
export function createEventRecorder({ store, now, component }: RecorderOptions): RecordEvent {
  return (object, type, reason, message) => {
    const time = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const namespace = object.metadata.namespace ?? 'default';
    const identity = [object.metadata.uid, component, type, reason, message].join('\n');
    const name = `${object.metadata.name}.${hash('sha256', identity).slice(0, 16)}`;
    const present = store.get(events, { namespace, name });
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name },
      involvedObject: {
        apiVersion: object.apiVersion,
        kind: object.kind,
        name: object.metadata.name,
        namespace: object.metadata.namespace,
        uid: object.metadata.uid,
        resourceVersion: object.metadata.resourceVersion,
      },
      type,
      reason,
      message,
      source: { component },
      reportingComponent: component,
      reportingInstance: '',
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    } satisfies AnyKubeObject;
    try {
      if (present === undefined) store.create(events, event);
      else
        store.update(events, {
          ...present,
          lastTimestamp: time,
          count: (typeof present['count'] === 'number' ? present['count'] : 1) + 1,
        });
    } catch (error) {
      // Its namespace is going away, or is gone: an event is never worth a failure.
      if (!(error instanceof KubeError)) throw error;
    }
  };
}
