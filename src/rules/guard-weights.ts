import type { Weights } from '../ports/router.ts';

/** Which sides have at least one endpoint that serves. */
export interface ReadySides {
  readonly primary: boolean;
  readonly canary: boolean;
}

export interface GuardedWeights {
  readonly weights: Weights;
  /** Why the plan was not followed; absent when it was. */
  readonly reason?: string;
}

/**
 * The one guard at every route write: no weight to a side without ready endpoints. With one side down all
 * goes to the other; with both down nothing moves, because moving could only break what may heal by itself.
 * `current` is what the routes say now, undefined before they exist.
 */
export function guardWeights(plan: Weights, current: Weights | undefined, ready: ReadySides): GuardedWeights {
  const starved = (plan.primary > 0 && !ready.primary) || (plan.canary > 0 && !ready.canary);
  if (!starved) return { weights: plan };
  if (ready.primary) {
    return {
      weights: { primary: 100, canary: 0 },
      reason: 'the canary has no ready endpoints, all traffic goes to the primary',
    };
  }
  if (ready.canary) {
    return {
      weights: { primary: 0, canary: 100 },
      reason: 'the primary has no ready endpoints, all traffic goes to the canary',
    };
  }
  return {
    weights: current ?? plan,
    reason: 'neither primary nor canary has ready endpoints, traffic stays where it is',
  };
}

export const sameWeights = (a: Weights, b: Weights): boolean =>
  a.primary === b.primary && a.canary === b.canary;
