import type { CanaryStatus } from '../../api/canary-status.ts';
import { primaryFloor } from '../../rules/run/primary-floor.ts';
import { maxWeight } from '../../rules/traffic/weights.ts';
import type { Seen } from '../seen.ts';

/**
 * Replicas that the primary must have now, whatever its scaler thinks; undefined where it is free, and without a
 * scaler, where a promotion copies the size of the target.
 */
export function requiredReplicas(seen: Seen, status: CanaryStatus): number | undefined {
  const { scaling, target, primary, workload, canary } = seen;
  if (scaling === undefined || primary === undefined) return undefined;
  const { scaler, target: source } = scaling;
  const override = canary.spec.autoscalerRef?.primaryScalerReplicas;
  return primaryFloor(status, {
    primary: workload.replicas(primary),
    target: target === undefined ? 0 : workload.replicas(target),
    canaryShare: judgedShare(seen, status),
    // One that may go to zero is woken with one pod all the same.
    targetMin: source === undefined ? 1 : Math.max(1, scaler.minReplicas(source)),
    primaryMax: override?.maxReplicas ?? (source === undefined ? 0 : scaler.maxReplicas(source)),
  });
}

/**
 * The share that the size of the canary stands for; 0 once traffic has begun to go back: the canary is then larger
 * than its share needs, and the primary has grown already.
 */
function judgedShare({ strategy, canary }: Seen, { canaryWeight }: CanaryStatus): number | undefined {
  if (strategy === 'ab-testing') return undefined;
  const full = strategy === 'canary' ? maxWeight(canary.spec.analysis) : 100;
  return canaryWeight >= full ? canaryWeight : 0;
}
