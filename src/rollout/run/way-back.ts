import { isUndecided } from '../../rules/phases.ts';
import { primaryRevision } from '../../rules/revision.ts';
import type { PassContext } from '../context.ts';
import { isPrimaryReady } from '../readiness.ts';

/**
 * What a run can still be ended by. `rollback`: the primary is untouched. `hold`: the primary was given the new
 * revision and does not serve it, so the canary is the side that is known to. `none`: both sides run the new
 * revision, what stood there before is gone. Undefined: no run is on.
 */
export type WayBack = 'rollback' | 'hold' | 'none';

export function wayBack(context: PassContext): WayBack | undefined {
  const { draft, world } = context;
  const { phase, run } = draft.status;
  if (run === undefined) return undefined;
  if (isUndecided(phase)) return 'rollback';
  if (phase === 'Finalising') return 'none';
  if (phase !== 'Promoting') return undefined;
  // guard: an-untouched-primary-can-be-gone-back-to
  if (world.primary === undefined || primaryRevision(world.primary) !== run.revision) return 'rollback';
  return isPrimaryReady(context)
    ? 'none'
    : // guard: an-updated-primary-that-does-not-serve-is-held
      'hold';
}
