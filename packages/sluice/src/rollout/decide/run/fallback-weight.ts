import type { CanaryStatus } from '../../../api/canary-status.ts';
import { runsPromoted } from '../../look/runs-promoted.ts';
import { isPrimaryReady } from '../../look/readiness.ts';
import type { Seen } from '../../seen.ts';

/**
 * The safe canary weight: 0, unless the primary is unsafe. After a failed promotion the primary has a revision that
 * never served, so the canary keeps its traffic.
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
