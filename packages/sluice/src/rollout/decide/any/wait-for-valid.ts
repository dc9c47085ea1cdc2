import { describeProblem } from '../../../api/field-problem.ts';
import { setCondition } from '../../../rules/run/conditions.ts';
import { progressDeadlineMs, toTime } from '../../../rules/run/timing.ts';
import { announce, lookAgainAt } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import type { PlaceId } from '../../../rules/run/phase-table/places.ts';
import { waitFor } from '../../wait.ts';
import type { Decision, Moment } from '../decision.ts';
import { goBack } from '../run/go-back.ts';

const problemsShown = 5;
const longestMessage = 1024;

/**
 * Holds everything while the spec is invalid: no run starts or continues, and running objects stay as they are. The
 * problem is a condition, `status.waiting` and one Warning.
 */
export const waitForValid: Decision = {
  name: 'wait-for-valid',
  run(moment) {
    const message = noteInvalid(moment);
    return waitFor('person', 'Invalid', message);
  },
};

/** The same within a run, until its deadline at most: a typing error must not leave the traffic split. */
export const waitForValidInTime: Decision<RunPlace> = {
  name: 'wait-for-valid',
  run(moment) {
    const message = noteInvalid(moment);
    const invalid = (moment.draft.status.conditions ?? []).find(({ type }) => type === 'Invalid');
    const since = Date.parse(invalid?.lastTransitionTime ?? '') || moment.seen.now;
    const until = since + progressDeadlineMs(moment.seen.canary);
    // guard: an-invalid-run-has-a-deadline
    if (moment.seen.now >= until)
      return goBack(moment, 'InvalidForTooLong', `the Canary is not valid: ${message}`);
    return waitFor('person', 'Invalid', message, { until });
  },
};

/** Lets a decision end the run, but drops its wait: the invalid spec is what the run waits for. */
export const unlessItWaits = <P extends PlaceId>(decision: Decision<P>): Decision<P> => ({
  name: decision.name,
  run(moment) {
    const outcome = decision.run(moment);
    if (outcome === 'next' || !('wait' in outcome)) return outcome;
    if (outcome.wait.until !== undefined) lookAgainAt(moment.draft, outcome.wait.until);
    return 'next';
  },
});

function noteInvalid(moment: Moment): string {
  const { draft, seen } = moment;
  const message = seen.problems
    .slice(0, problemsShown)
    .map(describeProblem)
    .join('; ')
    .slice(0, longestMessage);
  const conditions = draft.status.conditions ?? [];
  const present = conditions.find(({ type }) => type === 'Invalid');
  if (present?.message === message) return message;
  const now = toTime(seen.now);
  const condition = {
    type: 'Invalid',
    status: 'True',
    reason: 'InvalidSpec',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
  draft.status = { ...draft.status, conditions: setCondition(conditions, condition) };
  // guard: an-invalid-canary-asks-nothing
  if (present === undefined) draft.effects.push({ kind: 'questions-cancelled' });
  announce(moment, 'Warning', 'InvalidSpec', message);
  return message;
}
