import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

export interface WantedScaler {
  readonly kind: string;
  readonly name: string;
}

/**
 * Scalers of `found` that this Canary made for its primary and no longer wants: `autoscalerRef` was removed, renamed,
 * or names another kind. They would scale the primary beside the new one. The owner is compared by uid, so that no
 * scaler of a person, or of another Canary of the same name, is deleted.
 */
export function obsoleteScalers(
  canary: Canary,
  found: readonly AnyKubeObject[],
  wanted: WantedScaler | undefined,
): readonly AnyKubeObject[] {
  const { uid } = canary.metadata;
  return found.filter(
    (scaler) =>
      // A scaler that waits for a finalizer is being deleted already.
      scaler.metadata.deletionTimestamp === undefined &&
      (scaler.metadata.ownerReferences ?? []).some(
        (owner) => /* guard: only-own-scalers-go */ owner.uid === uid && owner.controller === true,
      ) &&
      !(scaler.kind === wanted?.kind && scaler.metadata.name === wanted.name),
  );
}
