import type { Canary } from '../../api/canary.ts';
import type { KubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asNumber, asRecord } from '@sluice/lib/json/json-read.ts';

/** Flagger's name, so that each controller can release a Canary that the other one marked. */
export const revertFinalizer = 'finalizer.flagger.app';

const defaultDeadlineSeconds = 600;

export const isDeleted = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

export const isHeldByUs = ({ metadata }: KubeObject): boolean =>
  (metadata.finalizers ?? []).includes(revertFinalizer);

/**
 * The finalizers that the Canary should have; undefined when it has them. Ours stands for `spec.revertOnDeletion`, and for
 * objects that have to be released with the Canary (`hasObjectsToRelease`). A deleted Canary gets none.
 */
export function wantedFinalizers(canary: Canary, hasObjectsToRelease = false): readonly string[] | undefined {
  const isNeeded = canary.spec.revertOnDeletion === true || hasObjectsToRelease;
  const wanted = isNeeded && !isDeleted(canary);
  if (wanted === isHeldByUs(canary)) return undefined;
  const others = withoutOurs(canary);
  return wanted ? [...others, /* guard: finalizer-stands-for-revert-on-deletion */ revertFinalizer] : others;
}

/** Removes all entries of our name: some canaries had two. */
export const withoutOurs = ({ metadata }: KubeObject): readonly string[] =>
  // guard: only-our-finalizer-is-removed
  metadata.finalizers?.filter((name) => name !== revertFinalizer) ?? [];

/** Deadline of a deletion, in milliseconds since the epoch: `progressDeadlineSeconds` after the request. */
export function revertDeadline(object: KubeObject & { readonly spec?: unknown }): number {
  const seconds = asNumber(asRecord(object.spec)['progressDeadlineSeconds']) ?? defaultDeadlineSeconds;
  return Date.parse(object.metadata.deletionTimestamp ?? '') + seconds * 1000;
}
