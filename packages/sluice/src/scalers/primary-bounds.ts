import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { ScalerContext } from '../ports/scaler.ts';
import { keyOf } from '../rules/objects/names.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * The primary's bounds: the target's, overridden by `primaryScalerReplicas`, raised to `atLeast` during a run. Throws
 * `SluiceError` when they cross: the API server's own message would name an object nobody wrote.
 */
export function primaryBounds(
  scaler: AnyKubeObject,
  own: Bounds,
  { canary, atLeast = 0 }: ScalerContext,
): Bounds {
  const override = canary.spec.autoscalerRef?.primaryScalerReplicas;
  const min = override?.minReplicas ?? own.min;
  const max = override?.maxReplicas ?? own.max;
  if (min > max) {
    throw new SluiceError(
      `Canary ${keyOf(canary)}: spec.autoscalerRef.primaryScalerReplicas and ${scaler.kind} ${keyOf(scaler)} ` +
        `together give the primary at least ${min} and at most ${max} replicas; raise the maximum or lower the minimum`,
    );
  }
  const lifted = Math.max(min, atLeast);
  return { min: lifted, max: Math.max(max, lifted) };
}
