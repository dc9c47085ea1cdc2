import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { events } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '../contracts.ts';

/** Keeps the newest `limit` Events and removes older ones, as a real cluster does after an hour. */
export function boundEvents(store: LocalStore, limit: number): void {
  const known: ObjectRef[] = [];
  store.subscribe(events, ({ type, object }) => {
    if (type !== 'ADDED') return;
    known.push(refOf(object));
    const oldest = known.length > limit ? known.shift() : undefined;
    if (oldest !== undefined && store.get(events, oldest) !== undefined) store.delete(events, oldest);
  });
}
