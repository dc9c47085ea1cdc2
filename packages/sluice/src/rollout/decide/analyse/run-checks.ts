import { describeCheck } from '../../../rules/hooks/answer-text.ts';
import { hooksOf } from '../../../rules/hooks/hooks.ts';
import { checksOf, roundScope, stepKeyOf } from '../../../rules/run/step-key.ts';
import { askHook } from '../../ask/ask-hook.ts';
import { askMetrics } from '../../ask/ask-metrics.ts';
import type { RunPlace } from '../../draft.ts';
import type { Seen } from '../../seen.ts';
import { waitFor } from '../../wait.ts';
import type { Waits } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { countFailure, endRound } from '../run/run-ends.ts';
import { waitForRoutes } from './wait-for-routes.ts';

/**
 * Judges the step the run stands at: the rollout hooks in list order, then the metrics. A step is held for a
 * full interval before its first round. Behind a closed gate the rounds go on, so a canary that turns bad
 * while it waits is still caught; a round that passed lets the gate be asked meanwhile.
 */
export const runChecks: Decision<RunPlace> = {
  name: 'run-checks',
  run(moment) {
    const { draft, seen, memory, held } = moment;
    const { run } = draft.status;
    // Nothing to judge before the canary got anything; after a failed promotion it starts with all traffic.
    if (run.step === 0 && draft.status.canaryWeight === 0)
      return held.routes.since === undefined
        ? /* guard: the-first-step-waits-for-the-routes */ waitForRoutes(moment)
        : 'next';
    // guard: checks-that-are-not-valid-judge-nothing
    if (!areChecksValid(seen)) return 'next';
    // guard: checks-wait-for-the-routes
    if (held.routes.since === undefined) return waitForRoutes(moment);
    const last =
      memory.analysis?.step === stepKeyOf(draft.status) &&
      // guard: a-check-that-is-added-is-asked
      memory.analysis.checks === checksOf(seen.canary)
        ? memory.analysis
        : // guard: a-step-passes-by-its-own-round
          undefined;
    const dueAt = last?.nextRoundAt ?? /* guard: step-is-held */ held.routes.since + seen.intervalMs;
    const passedBefore = last?.passed ?? false;
    if (seen.now < dueAt)
      return passedBefore ? 'next' : waitFor('interval', 'Interval', holdMessage(moment), { until: dueAt });
    const round = judgeRound(moment);
    if (typeof round === 'string' || !('open' in round)) return round;
    return passedBefore ? 'next' : round.open;
  },
};

/** Whether the checks of the spec are usable although something else in it is invalid. */
const areChecksValid = ({ problems }: Seen): boolean =>
  !problems.some(
    ({ field }) => field === 'spec.analysis' || /^spec\.analysis\.(metrics|webhooks)/.test(field),
  );

function holdMessage({ draft: { status } }: Moment): string {
  return status.iterations > 0
    ? `iteration ${status.iterations} is held for an interval before it is judged`
    : `canary weight ${status.canaryWeight} is held for an interval before it is judged`;
}

type Round = Outcome | { readonly open: Waits };

function judgeRound(moment: Moment<RunPlace>): Round {
  const { draft, seen } = moment;
  for (const hook of hooksOf(seen.canary, 'rollout')) {
    const scope = roundScope(draft.status.run);
    const asked = askHook(moment, hook, { phase: 'Progressing', scope, polled: false });
    if (asked.state === 'open') {
      const message = `waiting for the answer of rollout hook "${hook.name}"`;
      return { open: waitFor('hook', 'AskingHook', message, { name: hook.name }) };
    }
    // guard: rollout-hooks-judge
    if (asked.answer.outcome !== 'passed')
      return countFailure(moment, 'CheckFailed', describeCheck(hook, asked.answer));
  }
  return judgeMetrics(moment);
}

function judgeMetrics(moment: Moment<RunPlace>): Round {
  const { draft, memory } = moment;
  const results = askMetrics(moment);
  if (results === 'open')
    return { open: waitFor('metric', 'AskingMetrics', 'waiting for the answers of the metric queries') };
  const { run } = draft.status;
  if (results.length > 0) draft.status = { ...draft.status, run: { ...run, metrics: [...results] } };
  const bad = results.filter((result) => result.verdict !== 'passed');
  const worst = bad.find((result) => result.verdict !== 'no-data') ?? bad[0];
  if (/* guard: metrics-judge */ worst === undefined) {
    endRound(moment, true);
    return 'next';
  }
  if (
    worst.verdict === 'no-data' &&
    // guard: no-data-has-one-interval-of-grace
    run.noDataGrace !== true
  ) {
    const passedBefore = memory.analysis?.step === stepKeyOf(draft.status) && memory.analysis.passed;
    endRound(moment, passedBefore);
    draft.status = { ...draft.status, run: { ...draft.status.run, noDataGrace: true } };
    return decided;
  }
  return countFailure(moment, 'CheckFailed', worst.message);
}
