import type { ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { LocalStore, StoreEvent } from '../contracts.ts';
import type { RecordEvent } from '../event-recorder.ts';
import { createWorkQueue } from './work-queue.ts';

export interface ControllerParts {
  readonly store: LocalStore;
  readonly clock: Clock;
  readonly record: RecordEvent;
}

/** Makes the state of the cluster match the objects of one kind. */
export interface Controller {
  readonly resource: ResourceType;
  /** Kinds whose changes concern their controlling owner. */
  readonly owned: readonly ResourceType[];
  /** Level-triggered: gets `namespace/name`. Returns the milliseconds until the next call, if any. */
  reconcile(key: string, parts: ControllerParts): number | undefined;
  /** Keys to reconcile after a change of another kind. */
  readonly related?: readonly {
    readonly resource: ResourceType;
    readonly keys: (event: StoreEvent, parts: ControllerParts) => readonly string[];
  }[];
}

/** Runs the controller on its own queue; the returned function stops it. */
export function runController(controller: Controller, parts: ControllerParts, log: Log): () => void {
  const { resource, owned, related = [] } = controller;
  const queue = createWorkQueue({
    clock: parts.clock,
    log: log.child({ controller: resource.plural }),
    reconcile(key) {
      const again = controller.reconcile(key, parts);
      if (again !== undefined) queue.addAfter(key, again);
    },
  });
  const subscriptions = [
    parts.store.subscribe(resource, ({ object }) => queue.add(keyOf(object.metadata))),
    ...owned.map((kind) =>
      parts.store.subscribe(kind, (event) => {
        for (const key of ownerKeys(event, resource.kind)) queue.add(key);
      }),
    ),
    ...related.map(({ resource: kind, keys }) =>
      parts.store.subscribe(kind, (event) => {
        for (const key of keys(event, parts)) queue.add(key);
      }),
    ),
  ];
  for (const object of parts.store.list(resource)) queue.add(keyOf(object.metadata));
  return () => {
    for (const unsubscribe of subscriptions) unsubscribe();
    queue.close();
  };
}

function ownerKeys({ object }: StoreEvent, kind: string): readonly string[] {
  const { namespace, ownerReferences = [] } = object.metadata;
  return ownerReferences
    .filter((owner) => owner.controller === true && owner.kind === kind)
    .map(({ name }) => keyOf({ name, ...(namespace === undefined ? {} : { namespace }) }));
}

export const keyOf = ({ namespace, name }: ObjectRef): string => `${namespace ?? ''}/${name}`;

export function namespaceAndName(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
