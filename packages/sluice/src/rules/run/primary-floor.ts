import type { CanaryStatus } from '../../api/canary-status.ts';
import { isInitializing, isResting } from './phases.ts';

export interface ServingSizes {
  /** Replicas the primary has now, by its spec. */
  readonly primary: number;
  /** Replicas of the target now, by its spec. */
  readonly target: number;
  /** Percent of all requests that go to the canary; undefined in A/B, where it is not known. */
  readonly canaryShare: number | undefined;
  /** Bounds of the scalers: the minimum of the target's, the maximum of the primary's at rest. */
  readonly targetMin: number;
  readonly primaryMax: number;
}

/**
 * Replicas below which no scaler may take the primary now; undefined without a floor. During a run the primary's load
 * falls and its scaler would shrink it, but all traffic comes back. A rollback returns it at once, so the primary keeps
 * its size from the start. Before a promotion returns it, the primary must be large enough for all traffic, judged by
 * the canary's size. The result depends on status and sizes alone, so it is the same after a crash.
 */
export function primaryFloor(status: CanaryStatus, sizes: ServingSizes): number | undefined {
  const { phase, canaryWeight } = status;
  if (isInitializing(phase) || phase === 'Waiting') return undefined;
  if (isResting(phase) && canaryWeight === 0) return undefined;
  if (phase !== 'Promoting') return sizes.primary;
  return Math.max(sizes.primary, Math.min(sizes.primaryMax, neededForAll(sizes)));
}

/**
 * Replicas for all traffic. A canary above its scaler's minimum is as large as its share needs, so its size is scaled
 * up by the share. The size of a canary at the minimum proves nothing: three pods at 5 % must not ask for sixty.
 */
function neededForAll({ target, targetMin, canaryShare = 100 }: ServingSizes): number {
  if (canaryShare === 0) return 0;
  return target > targetMin ? Math.ceil((target * 100) / canaryShare) : target;
}
