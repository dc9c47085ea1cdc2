import { patchTo } from '@sluice/lib/json/merge.ts';
import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { isMadeFor } from '../../rules/objects/ownership.ts';
import { patchObject } from '../carry-out/write-object.ts';
import type { Writing } from '../carry-out/write-object.ts';
import { objectKey, objectsToRelease } from '../look/own-objects.ts';
import { readerOf } from '../look/reader.ts';
import type { Seen } from '../seen.ts';

interface Releasing extends Writing {
  readonly seen: Pick<Seen, 'canary' | 'router' | 'ownership'>;
}

/**
 * Releases what Kubernetes does not delete with a Canary: deletes the objects that it made outside of its namespace, and
 * restores those of others that it patched. Returns the first failure of the API.
 */
export async function releaseObjects(releasing: Releasing): Promise<KubeError | undefined> {
  const { canary, router } = releasing.seen;
  const read = readerOf(releasing.deps);
  const released = router.release(canary, read);
  let failure: KubeError | undefined;
  for (const { resource, ref, access } of objectsToRelease(canary, router)) {
    const object = read(resource, ref);
    if (object === undefined) continue;
    try {
      if (access === 'own') await remove(releasing, resource, object);
      else await restore(releasing, resource, object, released);
    } catch (error) {
      releasing.signal.throwIfAborted();
      if (!(error instanceof KubeError)) throw error;
      if (!isNotFound(error)) failure ??= error;
    }
  }
  return failure;
}

async function remove(
  { deps, seen, signal }: Releasing,
  resource: ResourceType,
  object: AnyKubeObject,
): Promise<void> {
  if (!isMadeFor(seen.canary, object)) return;
  const { name, namespace, uid } = object.metadata;
  const ref = namespace === undefined ? { name } : { name, namespace };
  // guard: objects-beyond-are-deleted-with-the-canary
  await deps.client.delete(resource, ref, uid === undefined ? {} : { uid }, signal);
}

async function restore(
  releasing: Releasing,
  resource: ResourceType,
  object: AnyKubeObject,
  released: ReturnType<Seen['router']['release']>,
): Promise<void> {
  const key = objectKey(resource, object.metadata);
  const found = released.find((patch) => objectKey(patch.resource, patch.object.metadata) === key);
  const patch = found && patchTo(object, found.wanted);
  // guard: patched-objects-are-restored-with-the-canary
  if (patch !== undefined) await patchObject(releasing, resource, object, patch);
}
