import { keptFor } from '../../../rules/run/previous.ts';
import { withPrimaryWords } from '../../ask/ask-pods.ts';
import { announce, enterPhase } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { isTrafficThere } from '../../held.ts';
import { primaryReadiness } from '../../look/readiness.ts';
import { waitFor } from '../../wait.ts';
import type { Wait } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment } from '../decision.ts';
import { phaseDeadline } from '../run/give-up-routes.ts';

/**
 * Ends the run as Failed once the primary serves its previous version with all traffic, or at the deadline. After the
 * deadline the routes stay as they are, and the canary keeps running while it is the only side that serves.
 */
export const finishUndo: Decision<RunPlace> = {
  name: 'finish-undo',
  run(moment) {
    const { seen, draft } = moment;
    const wait = stillWaits(moment);
    if (wait !== undefined && /* guard: undoing-has-a-deadline */ seen.now < phaseDeadline(moment))
      return { wait: { ...wait, until: phaseDeadline(moment) } };
    const { cause = 'it was undone' } = draft.status.run;
    enterPhase(moment, 'Failed', `The run failed: ${cause}`.slice(0, 1024));
    const { primary } = seen.names;
    if (wait === undefined)
      announce(moment, 'Normal', 'RolledBack', `${primary} serves what it ran before, with all traffic`);
    else announce(moment, 'Warning', 'UndoIncomplete', `Not all could be put back in time: ${wait.message}`);
    draft.ended = { result: 'failure', analysis: 'completed' };
    return decided;
  },
};

function stillWaits(moment: Moment<RunPlace>): Wait | undefined {
  const { seen, draft, held } = moment;
  const { primary } = held.facts;
  if (primary.state !== 'matches') return primary.wait;
  const { names } = seen;
  const readiness = primaryReadiness(seen);
  const isPutBack = seen.primary !== undefined && keptFor(seen.primary, draft.status.run.id) === undefined;
  if (!isPutBack || !readiness.ready)
    return waitFor(
      'workload',
      'PrimaryNotReady',
      `${names.primary} is not ready: ${withPrimaryWords(moment, readiness.message)}`,
      {
        name: names.primary,
      },
    ).wait;
  // guard: undone-once-the-traffic-is-back
  if (isTrafficThere(held.routes)) return undefined;
  const why = held.routes.problem ?? 'it is not ready';
  return waitFor('routes', 'TrafficMoving', `waiting until all traffic is at ${names.primary}: ${why}`).wait;
}
