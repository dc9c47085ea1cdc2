import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { Store } from '@sluice/local/store/store.ts';

/** One write that came over the API, as opposed to those of the cluster's own controllers. */
export interface ApiWrite {
  readonly resource: ResourceType;
  readonly before: AnyKubeObject | undefined;
  /** Undefined: deleted, or about to be. */
  readonly after: AnyKubeObject | undefined;
}

/** Called synchronously: what the store says at that moment is what the writer wrote into. */
export type ObserveWrite = (write: ApiWrite) => void;

/** The store as an API server uses it, with each of its writes shown to `observe`. */
export function observeWrites(store: Store, observe: ObserveWrite): Store {
  return {
    ...store,
    create(resource, object, options) {
      const after = store.create(resource, object, options);
      if (options?.dryRun !== true) observe({ resource, before: undefined, after });
      return after;
    },
    update(resource, object, options) {
      const { name, namespace } = object.metadata;
      const before = store.get(resource, namespace === undefined ? { name } : { name, namespace });
      const after = store.update(resource, object, options);
      if (options?.dryRun !== true) observe({ resource, before, after });
      return after;
    },
    delete(resource, ref, options) {
      const before = store.get(resource, ref);
      store.delete(resource, ref, options);
      observe({ resource, before, after: undefined });
    },
  };
}
