import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { placeOf } from '@sluice/kube/objects/object-ref.ts';
import { adoptAnnotation, originalAnnotation } from './object-keys.ts';
import { isMadeFor } from './ownership.ts';

/**
 * The owner of an existing object whose name a Canary wants. `ours`: made for a Canary of this name. `taken`:
 * taken over before. `claimable`: it evidently belongs to the target, or its owner annotated it to hand it over.
 * `foreign`: anything else, which is never written to.
 */
export type Whose = 'ours' | 'taken' | 'claimable' | 'foreign';

/** `belongs`: whether an object evidently belongs to the target, by the rules of its kind. */
export function whoseIs(
  canary: Canary,
  object: AnyKubeObject,
  belongs: (object: AnyKubeObject) => boolean,
): Whose {
  if (isMadeFor(canary, object)) return 'ours';
  const { annotations = {} } = object.metadata;
  if (Object.hasOwn(annotations, originalAnnotation)) return 'taken';
  return belongs(object) || annotations[adoptAnnotation] === 'true' ? 'claimable' : 'foreign';
}

/** Why an object is left alone, and what its owner can do. */
export function describeForeign({ kind, metadata }: AnyKubeObject, rename: string): string {
  return (
    `${kind} ${placeOf(metadata)} is there already and does not belong to this Canary; ` +
    `annotate it with ${adoptAnnotation}=true to hand it over, delete it, or ${rename}`
  );
}
