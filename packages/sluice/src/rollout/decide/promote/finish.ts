import { shortRevision } from '../../../rules/run/revision.ts';
import { announce, enterPhase } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { isTrafficThere } from '../../held.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { giveUpRoutes, phaseDeadline } from '../run/give-up-routes.ts';

/** Success means that the primary runs the new revision, takes all traffic, and the canary is gone. */
export const finish: Decision<RunPlace> = {
  name: 'finish',
  run(moment) {
    const { seen, held } = moment;
    const stuck = giveUpRoutes(moment);
    if (stuck !== undefined) return stuck;
    // guard: success-after-traffic
    if (!isTrafficThere(held.routes)) {
      const why = held.routes.problem ?? 'it is not ready';
      return waitFor('routes', 'TrafficMoving', `waiting until all traffic is at the primary: ${why}`, {
        until: phaseDeadline(moment),
      });
    }
    const { target } = seen.names;
    // guard: success-after-scale-down
    if (seen.target !== undefined && seen.workload.replicas(seen.target) > 0)
      return waitFor('workload', 'TargetStopping', `${target} is being scaled down`, { name: target });
    return succeed(moment);
  },
};

function succeed(moment: Moment<RunPlace>): Outcome {
  const { seen, draft } = moment;
  const { run } = draft.status;
  draft.status = {
    ...draft.status,
    // guard: success-records-the-revision
    lastPromotedSpec: run.revision,
    lastAppliedSpec: run.revision,
    canaryWeight: 0,
    iterations: 0,
  };
  enterPhase(moment, 'Succeeded');
  const { name } = seen.canary.metadata;
  const text = run.cause ?? `Promotion of ${name} revision ${shortRevision(run.revision)} completed`;
  announce(moment, 'Normal', run.cause === undefined ? 'Promoted' : 'Withdrawn', text);
  const skipped = seen.canary.spec.skipAnalysis === true;
  draft.ended = {
    result: run.cause === undefined ? 'success' : 'withdrawn',
    analysis: skipped ? 'skipped' : 'completed',
  };
  // A promotion that broke off before the primary was touched may have changed its copies: what was withdrawn goes back in them, too.
  const isPutBack = run.cause !== undefined && seen.revision === run.revision;
  return isPutBack
    ? // guard: withdrawn-configuration-goes-back
      { ...decided, order: 'restore-copies' }
    : decided;
}
