import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { events } from '@sluice/kube/objects/resources.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { LocalStore } from './contracts.ts';

/** Deletes the oldest Events above `most`; a real cluster does so after an hour. The returned function stops it. */
export function boundEvents(store: LocalStore, clock: Clock, most = 1000): () => void {
  const kept = new Map<string, ObjectRef>();
  const forget = ({ namespace, name }: ObjectRef): void => {
    try {
      store.delete(events, { name, ...(namespace === undefined ? {} : { namespace }) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
  return store.subscribe(events, ({ type, object }) => {
    const key = object.metadata.uid ?? '';
    // An updated Event becomes the newest.
    kept.delete(key);
    if (type === 'DELETED') return;
    kept.set(key, object.metadata);
    if (kept.size <= most) return;
    const [oldestKey, oldest] = kept.entries().next().value ?? [];
    if (oldestKey === undefined || oldest === undefined) return;
    kept.delete(oldestKey);
    // A listener may not write.
    clock.setTimer(0, () => forget(oldest));
  });
}
