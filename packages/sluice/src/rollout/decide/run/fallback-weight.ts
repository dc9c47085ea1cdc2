import type { CanaryStatus } from '../../../api/canary-status.ts';
import { runsPromoted } from '../../look/runs-promoted.ts';
import { isPrimaryReady } from '../../look/readiness.ts';
import type { Seen } from '../../seen.ts';

/**
 * The canary share at which nothing of a run is at risk: 0, unless the primary is no safe place. After a
 * promotion that failed it holds a revision that never served, and the canary keeps what it has.
 */
export function fallbackWeight(seen: Seen, status: CanaryStatus): number {
  return isPrimarySafe(seen, status)
    ? 0
    : // guard: unsafe-primary-gets-no-fallback
      status.canaryWeight;
}

function isPrimarySafe(seen: Seen, { lastPromotedSpec }: CanaryStatus): boolean {
  return (
    runsPromoted(seen, lastPromotedSpec) ||
    // guard: primary-that-serves-is-a-safe-place
    isPrimaryReady(seen)
  );
}
