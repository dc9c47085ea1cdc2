import type { CanaryStatus } from '../../api/canary-status.ts';
import type { Weights } from '../../ports/router.ts';
import { isAnalysing, isUndoing } from '../run/phases.ts';
import type { Strategy } from './strategy.ts';
import { weightsFor } from './weights.ts';

export interface PlannedRoutes {
  readonly weights: Weights;
  /** The weights are those of the picked requests (A/B); all others go to the primary. */
  readonly pickedOnly: boolean;
}

/**
 * The wanted routes, from the status alone. In A/B the matching requests go to the canary while iterations are counted and
 * until the promoted primary is ready; a weight in the status there means that all requests go to the canary, as after a
 * failed promotion. A/B rules exist only during a run: at rest a match that the gateway refuses would break all traffic.
 */
export function planRoutes(strategy: Strategy, status: CanaryStatus): PlannedRoutes {
  const running = isAnalysing(status.phase) || (status.phase === 'Promoting' && !isUndoing(status));
  if (strategy !== 'ab-testing' || status.canaryWeight > 0 || !running || status.iterations === 0)
    return { weights: weightsFor(status.canaryWeight), pickedOnly: false };
  return { weights: weightsFor(100), pickedOnly: true };
}
