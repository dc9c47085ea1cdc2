import { progressDeadlineMs } from '../../../rules/run/timing.ts';
import type { RunPlace } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import type { Waits } from '../../wait.ts';
import type { Moment, Outcome } from '../decision.ts';
import { hasLasted } from '../any/report-routes.ts';
import { failRun } from '../run/run-ends.ts';

const reason = 'RoutesNotFollowed';

/** Waits until the gateway follows the routes, until the progress deadline at most. */
export function waitForRoutes(moment: Moment<RunPlace>): Outcome {
  const { seen, draft } = moment;
  const { refused } = moment.held.routes;
  // guard: a-step-that-is-refused-is-taken-back
  if (refused?.state === 'refuses' && draft.status.run.step > 0 && hasLasted(moment, refused))
    return failRun(moment, 'StepRefused', `the gateway does not take the step: ${refused.message}`);
  const { wait } = problemOf(moment);
  const recorded = seen.canary.status?.waiting;
  const since = recorded?.reason === wait.reason ? Date.parse(recorded.since) : seen.now;
  const deadline = since + progressDeadlineMs(seen.canary);
  // guard: routes-that-nobody-follows-have-a-deadline
  if (seen.now >= deadline) return failRun(moment, reason, wait.message);
  return { wait: { ...wait, until: deadline } };
}

/** The reason that the routes do not match: a failed write, or the message of the gateway. */
function problemOf({ draft, held }: Moment): Waits {
  const { routes } = held.facts;
  if (routes.state === 'blocked') return { wait: { step: 'hold-routes', ...routes.wait } };
  const problem = held.routes.problem ?? 'the gateway has not followed yet';
  const { canaryWeight } = draft.status;
  return waitFor(
    'routes',
    reason,
    `waiting until the routes say ${canaryWeight} % for the canary: ${problem}`,
  );
}
