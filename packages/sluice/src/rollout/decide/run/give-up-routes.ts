import { progressDeadlineMs } from '../../../rules/run/timing.ts';
import { announce, enterPhase } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { isTrafficThere } from '../../held.ts';
import { decided } from '../decision.ts';
import type { Decided, Moment } from '../decision.ts';

/** Deadline of the current phase of a run, in milliseconds since the epoch. */
export const phaseDeadline = ({ seen, draft }: Moment<RunPlace>): number =>
  Date.parse(draft.status.run.phaseSince) + progressDeadlineMs(seen.canary);

/**
 * Ends a promotion whose traffic does not come back to the primary within the progress deadline. The primary
 * runs the new revision; the canary stays for as long as requests reach it (hold/size), and the routes are
 * still held to the primary, so the end heals by itself once they are followed.
 */
export function giveUpRoutes(moment: Moment<RunPlace>): Decided | undefined {
  const { draft, seen, held } = moment;
  const { run } = draft.status;
  if (isTrafficThere(held.routes)) return undefined;
  if (/* guard: routes-have-a-deadline */ seen.now < phaseDeadline(moment)) return undefined;
  const why = held.routes.problem ?? `${seen.names.primary} has no ready endpoints`;
  const cause = `${seen.names.primary} runs the new revision, but its traffic did not come back in time: ${why}`;
  draft.status = {
    ...draft.status,
    canaryWeight: 0,
    lastAppliedSpec: run.revision,
    lastPromotedSpec: run.revision,
    run: { ...run, cause },
  };
  enterPhase(moment, 'Failed', cause);
  announce(moment, 'Warning', 'PromotionFailed', cause);
  draft.ended = { result: 'failure', analysis: 'completed' };
  return decided;
}
