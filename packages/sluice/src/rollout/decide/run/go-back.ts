import type { Decided, Moment } from '../decision.ts';
import { keepCanary } from './keep-canary.ts';
import { failRun } from './run-ends.ts';
import { undo } from './undo.ts';
import { wayBack } from './way-back.ts';

/** Ends a run by the way back that its place allows. */
export function goBack(moment: Moment, reason: string, why: string): Decided {
  const { seen, draft } = moment;
  const way = wayBack(seen, draft.status);
  // guard: what-was-copied-is-undone
  if (way === 'undo') return undo(moment, reason, why);
  if (way === 'hold' || way === 'none')
    return keepCanary(moment, reason, `${why}; ${seen.names.primary} was updated already`);
  return failRun(moment, reason, why);
}
