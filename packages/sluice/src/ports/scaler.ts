import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';

/**
 * One kind of autoscaler that a Canary may name in `spec.autoscalerRef`. Pure, like a workload: the pass reads
 * the scaler of the target from the caches and writes what comes back. Rules: docs/adr/0009-scalers.md.
 */
export interface Scaler {
  /** `spec.autoscalerRef.kind`. */
  readonly kind: string;
  readonly resource: ResourceType;
  /** Name of the primary's scaler, for the name of the target's. */
  primaryName(name: string): string;
  /**
   * The wanted scaler of the primary, whole, for `patchTo` (`@sluice/lib/json/merge.ts`), which removes a key that is
   * `undefined`. Labels and annotations that others put on `existing` are left alone. Throws `SluiceError` when the
   * bounds cross, or when `existing` belongs to somebody else.
   */
  render(scaler: AnyKubeObject, existing: AnyKubeObject | undefined, context: ScalerContext): AnyKubeObject;
  /** Fewest replicas the scaler allows its workload; 0 where it may go to zero. */
  minReplicas(scaler: AnyKubeObject): number;
  maxReplicas(scaler: AnyKubeObject): number;
  /**
   * Merge patch that keeps the target at zero, and the one that lets its scaler work again. Undefined: there is
   * nothing to do, the scaler leaves a workload at zero alone.
   */
  pausePatch(scaler: AnyKubeObject): Record<string, unknown> | undefined;
  resumePatch(scaler: AnyKubeObject): Record<string, unknown> | undefined;
}

export interface ScalerContext {
  readonly canary: Canary;
  /**
   * Replicas below which the primary must not fall now, whatever the target's scaler says (rules/run/primary-floor.ts).
   * Raises the lower bound and, if it must, the upper one; absent at rest.
   */
  readonly atLeast?: number;
}
