import type { CanaryStatus } from '../api/canary-status.ts';
import type { Weights } from '../ports/router.ts';
import type { Strategy } from './strategy.ts';
import { weightsFor } from './weights.ts';

/**
 * What the routes should say, from status alone. In A/B the weights are those of the matching requests:
 * all of them go to the canary while iterations are counted.
 */
export function planWeights(strategy: Strategy, status: CanaryStatus): Weights {
  const analysing = status.phase === 'Progressing' || status.phase === 'WaitingPromotion';
  if (strategy === 'ab-testing' && analysing && status.iterations > 0) return weightsFor(100);
  return weightsFor(status.canaryWeight);
}
