import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import { isMadeFor } from '../../rules/objects/ownership.ts';
import type { RolloutDeps } from '../deps.ts';
import { objectsBeyond } from '../look/own-objects.ts';
import { readerOf } from '../look/reader.ts';
import type { Seen } from '../seen.ts';

/**
 * Deletes the objects that a deleted Canary made outside of its namespace: Kubernetes deletes only those that name their
 * owner. Returns the first failure of the API.
 */
export async function removeBeyond(
  { canary, router }: Pick<Seen, 'canary' | 'router'>,
  deps: Pick<RolloutDeps, 'cache' | 'client' | 'options'>,
  signal: AbortSignal,
): Promise<KubeError | undefined> {
  const read = readerOf(deps);
  let failure: KubeError | undefined;
  for (const { resource, ref } of objectsBeyond(canary, router)) {
    const object = read(resource, ref);
    if (object === undefined || !isMadeFor(canary, object)) continue;
    const { uid } = object.metadata;
    try {
      // guard: objects-beyond-are-deleted-with-the-canary
      await deps.client.delete(resource, ref, uid === undefined ? {} : { uid }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof KubeError)) throw error;
      if (!isNotFound(error)) failure ??= error;
    }
  }
  return failure;
}
