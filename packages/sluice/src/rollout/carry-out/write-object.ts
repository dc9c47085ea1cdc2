import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { RolloutDeps } from '../deps.ts';
import { objectKey } from '../look/own-objects.ts';
import type { Ownership } from '../ownership.ts';

/** What a write of an object needs. */
export interface Writing {
  readonly deps: Pick<RolloutDeps, 'client' | 'cache' | 'options'>;
  readonly seen: { readonly ownership: Pick<Ownership, 'foreign'> };
  readonly signal: AbortSignal;
}

/**
 * Makes one object read as `desired`: creates it, patches what differs, or does nothing. Every patch carries
 * the resourceVersion that was read, so a controller that lost its lease cannot undo what came after.
 */
export async function writeObject(
  writing: Writing,
  resource: ResourceType,
  desired: AnyKubeObject,
): Promise<'unchanged' | 'written'> {
  const { client, cache } = writing.deps;
  const ref = refOf(desired);
  const current = cache.get(resource, ref);
  if (current === undefined) {
    cache.remember(
      resource,
      await doubting(cache, resource, ref, () => client.create(resource, desired, writing.signal)),
    );
    return 'written';
  }
  const { metadata, ...rest } = desired;
  const { labels, annotations, ownerReferences } = metadata;
  const wanted = {
    ...rest,
    metadata: {
      ...(isEmpty(labels) ? {} : { labels }),
      ...(isEmpty(annotations) ? {} : { annotations }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
  };
  const patch = patchTo(current, wanted);
  if (patch === undefined) return 'unchanged';
  await patchObject(writing, resource, current, patch);
  return 'written';
}

/** The API server drops an empty map, so an empty map in `desired` would always be a difference. */
const isEmpty = (map: Readonly<Record<string, string>> | undefined): boolean =>
  map === undefined || Object.keys(map).length === 0;

/**
 * Sends a merge patch with the resourceVersion that was read: 409 when the object has changed since. Throws `SluiceError`
 * for an object that belongs to somebody else.
 */
export async function patchObject(
  writing: Writing,
  resource: ResourceType,
  current: AnyKubeObject,
  patch: Readonly<Record<string, unknown>>,
): Promise<AnyKubeObject> {
  const { client, cache } = writing.deps;
  const ref = refOf(current);
  const { resourceVersion } = current.metadata;
  const foreign = writing.seen.ownership.foreign.get(objectKey(resource, current.metadata));
  // guard: what-belongs-to-others-is-not-written
  if (foreign !== undefined) throw new SluiceError(foreign.message);
  const metadata = typeof patch['metadata'] === 'object' ? patch['metadata'] : {};
  const fenced = { ...patch, metadata: { ...metadata, /* guard: writes-are-fenced */ resourceVersion } };
  const answer = await doubting(cache, resource, ref, () =>
    client.mergePatch(resource, ref, fenced, {}, writing.signal),
  );
  cache.remember(resource, answer);
  return answer;
}

/** Reports a 409 to the cache: it is behind the server, and its watch may have fallen silent. */
async function doubting<Answer>(
  cache: Pick<KubeCache, 'doubt'>,
  resource: ResourceType,
  ref: ObjectRef,
  write: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await write();
  } catch (error) {
    if (isConflict(error)) cache.doubt(resource, ref);
    throw error;
  }
}
