import type { CanaryStatus } from '../../../api/canary-status.ts';
import { isUndecided, isUndoing } from '../../../rules/run/phases.ts';
import { keptFor } from '../../../rules/run/previous.ts';
import { primaryRevision } from '../../../rules/run/revision.ts';
import { isPrimaryReady } from '../../look/readiness.ts';
import type { Seen } from '../../seen.ts';

/**
 * What a run can still be ended by. `rollback`: the primary is untouched. `undo`: the primary was given the new revision,
 * and what it ran before was kept. Where it was not (a run that was adopted in this place): `hold`, the primary does not
 * serve the new revision, so the canary is the side that is known to; `none`: both sides run the new revision.
 * `undoing`: it is on its way back already. Undefined: no run is on.
 */
export type WayBack = 'rollback' | 'undo' | 'hold' | 'none' | 'undoing';

export function wayBack(seen: Seen, status: CanaryStatus): WayBack | undefined {
  const { phase, run } = status;
  if (run === undefined) return undefined;
  if (isUndecided(phase)) return 'rollback';
  if (phase !== 'Promoting' && phase !== 'Finalising') return undefined;
  if (isUndoing(status)) return 'undoing';
  const isCopied = seen.primary !== undefined && primaryRevision(seen.primary) === run.revision;
  // guard: an-untouched-primary-can-be-gone-back-to
  if (phase === 'Promoting' && !isCopied) return 'rollback';
  // guard: what-was-kept-is-put-back
  if (seen.primary !== undefined && keptFor(seen.primary, run.id) !== undefined) return 'undo';
  if (phase === 'Finalising') return 'none';
  return isPrimaryReady(seen)
    ? 'none'
    : // guard: an-updated-primary-that-does-not-serve-is-held
      'hold';
}
