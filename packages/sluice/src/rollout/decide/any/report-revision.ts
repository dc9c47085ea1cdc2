import { promotedCondition, setCondition } from '../../../rules/run/conditions.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { announce } from '../../draft.ts';
import { isNewRevision } from '../../look/revision.ts';
import type { Decision, Moment } from '../decision.ts';

const reason = 'RevisionWaits';

/**
 * Sets the condition `Promoted` to Unknown while a new revision waits behind `suspend` or an invalid spec, so that CI does
 * not take the success of the old revision for that of the new one.
 */
export const reportRevision: Decision = {
  name: 'report-revision',
  run(moment) {
    const { draft, seen } = moment;
    const conditions = draft.status.conditions ?? [];
    const isSaid = conditions.some(
      (condition) => condition.type === 'Promoted' && condition.reason === reason,
    );
    const why = whyItWaits(moment);
    const isNew = isNewRevision(seen, draft.status);
    const now = toTime(seen.now);
    if (isSaid && isNew === false)
      draft.status = {
        ...draft.status,
        conditions: setCondition(conditions, promotedCondition(draft.status.phase, now)),
      };
    if (isSaid || why === undefined || isNew !== true) return 'next';
    const message = `${seen.names.target} has a new revision, which waits: ${why}`;
    const condition = {
      type: 'Promoted',
      status: 'Unknown',
      reason,
      message,
      lastUpdateTime: now,
      lastTransitionTime: now,
    };
    draft.status = { ...draft.status, conditions: setCondition(conditions, condition) };
    announce(moment, 'Warning', reason, message);
    return 'next';
  },
};

function whyItWaits({ seen }: Moment): string | undefined {
  if (seen.problems.length > 0) return 'the Canary is not valid';
  return seen.canary.spec.suspend === true ? 'the Canary is suspended' : undefined;
}
