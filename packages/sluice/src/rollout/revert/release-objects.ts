import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { placeOf, refOf } from '@sluice/kube/objects/object-ref.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import type { Access, RouterObject } from '../../ports/router.ts';
import { isMadeFor } from '../../rules/objects/ownership.ts';
import { patchObject } from '../carry-out/write-object.ts';
import type { Writing } from '../carry-out/write-object.ts';
import { objectKey, objectsToRelease } from '../look/own-objects.ts';
import { readerOf } from '../look/reader.ts';
import type { Seen } from '../seen.ts';

interface Releasing extends Writing {
  readonly seen: Pick<Seen, 'canary' | 'router' | 'ownership'>;
}

/** An object that could not be released. */
export interface Unreleased {
  readonly failure: KubeError | SluiceError;
  /** One sentence: the object, and why it stays as it is. */
  readonly message: string;
}

/**
 * Releases what Kubernetes does not delete with a Canary: deletes the objects that it made outside of its namespace or
 * cluster (`own`), and restores those of others that it patched (`patch`). Each object on its own; returns those that failed.
 */
export async function releaseObjects(
  releasing: Releasing,
  accesses: readonly Access[],
): Promise<readonly Unreleased[]> {
  const { canary, router } = releasing.seen;
  const unreleased: Unreleased[] = [];
  for (const wanted of objectsToRelease(canary, router, releasing.deps.options.router)) {
    if (!accesses.includes(wanted.access)) continue;
    try {
      await release(releasing, wanted);
    } catch (error) {
      releasing.signal.throwIfAborted();
      if (!(error instanceof KubeError || error instanceof SluiceError)) throw error;
      const message = `${wanted.resource.kind} ${placeOf(wanted.ref)} stays as it is: ${describeError(error)}`;
      if (!isNotFound(error)) unreleased.push({ failure: error, message });
    }
  }
  return unreleased;
}

async function release(releasing: Releasing, { resource, ref, access }: RouterObject): Promise<void> {
  const object = readerOf(releasing.deps)(resource, ref);
  if (access === 'patch') return restore(releasing, resource, object);
  if (object !== undefined) await remove(releasing, resource, object);
}

async function remove(
  { deps, seen, signal }: Releasing,
  resource: ResourceType,
  object: AnyKubeObject,
): Promise<void> {
  if (!isMadeFor(seen.canary, object)) return;
  const { uid } = object.metadata;
  // guard: objects-beyond-are-deleted-with-the-canary
  await deps.client.delete(resource, refOf(object), uid === undefined ? {} : { uid }, signal);
}

async function restore(
  releasing: Releasing,
  resource: ResourceType,
  object: AnyKubeObject | undefined,
): Promise<void> {
  if (object === undefined) return;
  const { canary, router } = releasing.seen;
  const key = objectKey(resource, object.metadata);
  const found = router
    .release(canary, readerOf(releasing.deps))
    .find((patch) => objectKey(patch.resource, patch.object.metadata) === key);
  const patch = found && patchTo(object, found.wanted);
  // guard: patched-objects-are-restored-with-the-canary
  if (patch !== undefined) await patchObject(releasing, resource, object, patch);
}
