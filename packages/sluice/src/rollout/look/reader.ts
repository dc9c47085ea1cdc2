import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import type { ReadObject } from '../../ports/router.ts';

/** Objects as the caches have them at this very moment. */
export function readerOf({ cache }: { readonly cache: KubeCache }): ReadObject {
  const read = (resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined =>
    cache.get(resource, ref);
  return Object.assign(read, {
    isListed: (resource: ResourceType, namespace: string | undefined) => cache.isSynced(resource, namespace),
  });
}
