import type { CanaryStatus } from '../../api/canary-status.ts';
import { isInitializing, isResting } from './phases.ts';

export interface ServingSizes {
  /** Replicas the primary has now, by its spec. */
  readonly primary: number;
  /** Replicas of the target now, by its spec. */
  readonly target: number;
  /** Percent of all requests that go to the canary; undefined in A/B, where nobody can tell. */
  readonly canaryShare: number | undefined;
  /** Bounds of the scalers: the least of the target's, the most of the primary's at rest. */
  readonly targetMin: number;
  readonly primaryMax: number;
}

/**
 * Replicas below which no scaler may take the primary now; undefined where it is free. While a run holds traffic the
 * primary's own load falls and its scaler would shrink it, but all that traffic comes back: at once when the run is
 * rolled back, so what it has is held from the start; and before a promotion moves it, the primary must be as large as
 * the canary's size says that all traffic needs. From sizes alone: after a crash the same comes out.
 */
export function primaryFloor(status: CanaryStatus, sizes: ServingSizes): number | undefined {
  const { phase, canaryWeight } = status;
  if (isInitializing(phase) || phase === 'Waiting') return undefined;
  if (isResting(phase) && canaryWeight === 0) return undefined;
  if (phase !== 'Promoting') return sizes.primary;
  return Math.max(sizes.primary, Math.min(sizes.primaryMax, neededForAll(sizes)));
}

/**
 * A canary that its scaler grew beyond the least is as large as its share needs, so all traffic needs that much more. One at
 * the least says nothing of the sort: three pods at 5 % must not ask for sixty.
 */
function neededForAll({ target, targetMin, canaryShare = 100 }: ServingSizes): number {
  if (canaryShare === 0) return 0;
  return target > targetMin ? Math.ceil((target * 100) / canaryShare) : target;
}
