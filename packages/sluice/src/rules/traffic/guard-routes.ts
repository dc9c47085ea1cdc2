import type { Weights } from '../../ports/router.ts';
import type { PlannedRoutes } from './plan-routes.ts';

/** Which sides have at least one endpoint that serves. */
export interface ReadySides {
  readonly primary: boolean;
  readonly canary: boolean;
}

export interface GuardedRoutes {
  /** `leave` when both sides are down: no route is better, and a side may recover by itself. */
  readonly routes: PlannedRoutes | 'leave';
  /** Why the plan was not followed; absent when it was. */
  readonly reason?: string;
  /** The side that gets all traffic, in place of its share, because the other is down. */
  readonly alone?: 'primary' | 'canary';
}

/** The one guard at every route write: no weight to a side without ready endpoints. */
export function guardRoutes(plan: PlannedRoutes, ready: ReadySides): GuardedRoutes {
  // Requests that were not picked always go to the primary.
  const needsPrimary =
    // guard: who-is-not-picked-needs-the-primary
    plan.pickedOnly || plan.weights.primary > 0;
  const needsCanary = plan.weights.canary > 0;
  if (
    // guard: no-share-to-a-primary-that-is-down
    (ready.primary || !needsPrimary) &&
    // guard: no-share-to-a-canary-that-is-down
    (ready.canary || !needsCanary)
  )
    return { routes: plan };
  if (ready.primary) {
    return {
      routes: { weights: { primary: 100, canary: 0 }, pickedOnly: plan.pickedOnly },
      alone: 'primary',
      reason: 'the canary has no ready endpoints, all traffic goes to the primary',
    };
  }
  if (ready.canary) {
    return {
      routes: {
        ...plan,
        weights: { primary: 0, canary: 100 },
        // guard: everybody-goes-to-the-side-that-is-left
        pickedOnly: false,
      },
      // guard: a-canary-alone-ends-nothing
      alone: 'canary',
      reason: 'the primary has no ready endpoints, all traffic goes to the canary',
    };
  }
  return {
    routes: 'leave',
    reason: 'neither primary nor canary has ready endpoints, traffic stays where it is',
  };
}

export const sameWeights = (a: Weights, b: Weights): boolean =>
  a.primary === b.primary && a.canary === b.canary;
