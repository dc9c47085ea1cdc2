import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { ReadObject } from '../../ports/router.ts';
import type { RolloutDeps } from '../deps.ts';

/** Objects as the caches have them at this very moment. */
export function readerOf({ cache, options }: Pick<RolloutDeps, 'cache' | 'options'>): ReadObject {
  const read = (resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined =>
    cache.get(resource, ref);
  return Object.assign(read, {
    isListed: (resource: ResourceType, namespace: string | undefined) => cache.isSynced(resource, namespace),
    options: options.router,
  });
}
