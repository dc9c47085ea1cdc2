import type { Decided, Moment } from '../decision.ts';
import { keepCanary } from './keep-canary.ts';
import { failRun } from './run-ends.ts';
import { undo } from './undo.ts';
import { wayBack } from './way-back.ts';

/** Ends a run by whatever way back there is from where it stands. */
export function goBack(moment: Moment, reason: string, why: string): Decided {
  const { seen, draft } = moment;
  switch (wayBack(seen, draft.status)) {
    // guard: what-was-copied-is-undone
    case 'undo':
      return undo(moment, reason, why);
    case 'hold':
    case 'none':
      return keepCanary(moment, reason, `${why}; ${seen.names.primary} was updated already`);
    default:
      return failRun(moment, reason, why);
  }
}
