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

/** Writes Events as the real components do: a repeated message about an object raises one Event's count. */
export function createEventRecorder({ store, now, component }: RecorderOptions): RecordEvent {
  return (object, type, reason, message) => {
    const time = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const event = eventOf(object, { type, reason, message, component, time });
    const present = store.get(events, event.metadata);
    try {
      if (present === undefined) store.create(events, event);
      else store.update(events, countedAgain(present, time));
    } catch (error) {
      // The namespace is terminating or gone; a lost Event must not fail the caller.
      if (!(error instanceof KubeError)) throw error;
    }
  };
}

interface Occurrence {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  /** ISO 8601 without milliseconds. */
  readonly time: string;
}

/** The name holds a hash of object, source, reason and message, so that a repeated Event finds the first one. */
function eventOf(object: KubeObject, { type, reason, message, component, time }: Occurrence): AnyKubeObject {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const identity = [uid, component, type, reason, message].join('\n');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      namespace: namespace ?? 'default',
      name: `${name}.${hash('sha256', identity).slice(0, 16)}`,
    },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      namespace,
      uid,
      resourceVersion,
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
  };
}

const countedAgain = (event: AnyKubeObject, time: string): AnyKubeObject => ({
  ...event,
  lastTimestamp: time,
  count: (typeof event['count'] === 'number' ? event['count'] : 1) + 1,
});
