import type { CanaryStatus } from '../../../api/canary-status.ts';
import { isUndecided } from '../../../rules/phases.ts';
import { primaryRevision } from '../../../rules/revision.ts';
import { isPrimaryReady } from '../../look/readiness.ts';
import type { Seen } from '../../seen.ts';

/**
 * What a run can still be ended by. `rollback`: the primary is untouched. `hold`: the primary was given the new
 * revision and does not serve it, so the canary is the side that is known to. `none`: both sides run the new
 * revision, what stood there before is gone. Undefined: no run is on.
 */
export type WayBack = 'rollback' | 'hold' | 'none';

export function wayBack(seen: Seen, { phase, run }: CanaryStatus): WayBack | undefined {
  if (run === undefined) return undefined;
  if (isUndecided(phase)) return 'rollback';
  if (phase === 'Finalising') return 'none';
  if (phase !== 'Promoting') return undefined;
  // guard: an-untouched-primary-can-be-gone-back-to
  if (seen.primary === undefined || primaryRevision(seen.primary) !== run.revision) return 'rollback';
  return isPrimaryReady(seen)
    ? 'none'
    : // guard: an-updated-primary-that-does-not-serve-is-held
      'hold';
}
