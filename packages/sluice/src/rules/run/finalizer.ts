import type { Canary } from '../../api/canary.ts';
import type { KubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asNumber, asRecord } from '@sluice/lib/json/json-read.ts';

/** Flagger's name, so that a Canary which it marked is let go by us, and the other way round. */
export const revertFinalizer = 'finalizer.flagger.app';

const defaultDeadlineSeconds = 600;

export const isDeleted = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

export const isHeldByUs = ({ metadata }: KubeObject): boolean =>
  (metadata.finalizers ?? []).includes(revertFinalizer);

/** The finalizers as `spec.revertOnDeletion` wants them; undefined when they are so. None is added to what is deleted. */
export function wantedFinalizers(canary: Canary): readonly string[] | undefined {
  const wanted = canary.spec.revertOnDeletion === true && !isDeleted(canary);
  if (wanted === isHeldByUs(canary)) return undefined;
  const others = withoutOurs(canary);
  return wanted ? [...others, /* guard: finalizer-stands-for-revert-on-deletion */ revertFinalizer] : others;
}

/** All entries of our name go: there were canaries with two. */
export const withoutOurs = ({ metadata }: KubeObject): readonly string[] =>
  // guard: only-our-finalizer-is-removed
  metadata.finalizers?.filter((name) => name !== revertFinalizer) ?? [];

/** When a deletion waits no longer (milliseconds): `progressDeadlineSeconds` after it was asked for. */
export function revertDeadline(object: KubeObject & { readonly spec?: unknown }): number {
  const seconds = asNumber(asRecord(object.spec)['progressDeadlineSeconds']) ?? defaultDeadlineSeconds;
  return Date.parse(object.metadata.deletionTimestamp ?? '') + seconds * 1000;
}
