import type { CanaryStatus } from '../../../api/canary-status.ts';
import { isUndecided, isUndoing } from '../../../rules/run/phases.ts';
import { keptFor } from '../../../rules/run/previous.ts';
import { primaryRevision } from '../../../rules/run/revision.ts';
import { isPrimaryReady } from '../../look/readiness.ts';
import type { Seen } from '../../seen.ts';

/**
 * How a run can still be ended. `rollback`: the primary is untouched. `undo`: the primary has the new revision, and its
 * previous version was kept. Without a kept version (a run adopted in this place): `hold` when the primary does not serve
 * the new revision, so that the canary keeps the traffic; `none` when both sides run the new revision. `undoing`: the
 * run goes back already. Undefined: there is no current run.
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
