import { announce, enterPhase } from '../../draft.ts';
import { decided } from '../decision.ts';
import type { Decided, Moment } from '../decision.ts';

/** The target has changed since: the canary runs a revision that was never analysed. */
export const isSuperseded = ({ seen, draft }: Pick<Moment, 'seen' | 'draft'>): boolean =>
  seen.revision !== undefined && seen.revision !== draft.status.run?.revision;

/** The primary does not come up with the new revision, so the canary, which serves it, keeps all traffic. */
export function keepCanary(moment: Moment, reason: string, why: string): Decided {
  const { seen, draft } = moment;
  // A canary that moved on was not judged: it gets traffic only where the guard finds nothing better.
  const keeps =
    seen.router.capabilities.weights && /* guard: unjudged-canary-keeps-no-traffic */ !isSuperseded(moment);
  const cause = `${why}${keeps ? `; ${seen.names.target} gets all traffic` : ''}`;
  const { run } = draft.status;
  draft.status = {
    ...draft.status,
    canaryWeight: keeps ? /* guard: a-failed-promotion-leaves-traffic-at-the-canary */ 100 : 0,
    ...(run === undefined ? {} : { run: { ...run, cause } }),
  };
  enterPhase(moment, 'Failed', cause.slice(0, 1024));
  announce(moment, 'Warning', reason, cause);
  draft.ended = { result: 'failure', analysis: 'completed' };
  return decided;
}
