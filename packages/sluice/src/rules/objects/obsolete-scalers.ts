import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

export interface WantedScaler {
  readonly kind: string;
  readonly name: string;
}

/**
 * Those of `found` that this very Canary made for its primary and that it no longer wants: `autoscalerRef` was taken
 * out, renamed, or names another kind. They would go on scaling the primary beside the new one. By uid, so that
 * nothing is deleted that a Canary of the same name, or a person, made.
 */
export function obsoleteScalers(
  canary: Canary,
  found: readonly AnyKubeObject[],
  wanted: WantedScaler | undefined,
): readonly AnyKubeObject[] {
  const { uid } = canary.metadata;
  return found.filter(
    (scaler) =>
      // One that waits for somebody's finalizer is on its way already.
      scaler.metadata.deletionTimestamp === undefined &&
      (scaler.metadata.ownerReferences ?? []).some(
        (owner) => /* guard: only-own-scalers-go */ owner.uid === uid && owner.controller === true,
      ) &&
      !(scaler.kind === wanted?.kind && scaler.metadata.name === wanted.name),
  );
}
