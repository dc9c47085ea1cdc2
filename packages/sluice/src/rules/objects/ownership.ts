import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject, ObjectRef, OwnerReference } from '@sluice/kube/objects/kube-object.ts';
import { keyOf } from './names.ts';
import { canaryAnnotation } from './object-keys.ts';

export function ownerReferenceTo(canary: Canary): OwnerReference {
  return {
    apiVersion: canary.apiVersion,
    kind: canary.kind,
    name: canary.metadata.name,
    uid: canary.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Whether an object is cluster-scoped or in another namespace: it cannot name the Canary as its owner. */
export const isBeyond = (canary: Canary, { namespace }: ObjectRef): boolean =>
  namespace !== canary.metadata.namespace;

/**
 * The mark of an object that is beyond the Canary's namespace or cluster. The pass deletes objects with this mark with the
 * Canary.
 */
export const markOf = (canary: Canary): Readonly<Record<string, string>> => ({
  [canaryAnnotation]: keyOf(canary),
});

/**
 * Whether a Canary of this name made the object. It compares names, as Flagger does: a Canary that was deleted and
 * created again has another uid and still the same services.
 */
export function isMadeFor(canary: Canary, object: AnyKubeObject): boolean {
  const { annotations, ownerReferences = [] } = object.metadata;
  if (annotations?.[canaryAnnotation] === keyOf(canary)) return true;
  return !isBeyond(canary, object.metadata) && ownerReferences.some((owner) => isCanary(owner, canary));
}

/**
 * The metadata that marks an object of a router as the Canary's: an owner reference or, in another cluster, the mark.
 * Empty for an object of somebody else.
 */
export function belongingTo(
  canary: Canary,
  existing: AnyKubeObject | undefined,
  isInOtherCluster: boolean,
): Pick<AnyKubeObject['metadata'], 'annotations' | 'ownerReferences'> {
  if (isInOtherCluster)
    return existing === undefined || isMadeFor(canary, existing) ? { annotations: markOf(canary) } : {};
  const ownerReferences = ownersOf(canary, existing);
  return ownerReferences === undefined ? {} : { ownerReferences };
}

/**
 * The owners that a written object should have. A new object gets ours. One that we made gets ours with the current uid
 * beside the others (the garbage collector deletes it by a stale uid). Undefined: a foreign one keeps its owners.
 */
export function ownersOf(
  canary: Canary,
  existing: AnyKubeObject | undefined,
): readonly OwnerReference[] | undefined {
  if (existing === undefined) return [ownerReferenceTo(canary)];
  if (!isMadeFor(canary, existing)) return undefined;
  const others = (existing.metadata.ownerReferences ?? []).filter((owner) => !isCanary(owner, canary));
  return [...others, ownerReferenceTo(canary)];
}

function isCanary(owner: OwnerReference, canary: Canary): boolean {
  return owner.controller === true && owner.kind === canary.kind && owner.name === canary.metadata.name;
}
