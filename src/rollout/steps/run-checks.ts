import { describeCheck } from '../../rules/answer-text.ts';
import { hooksOf } from '../../rules/hooks.ts';
import { isAnalysing } from '../../rules/phases.ts';
import { progressDeadlineMs } from '../../rules/timing.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult, Stop } from '../context.ts';
import { consultHook } from '../questions/consult-hook.ts';
import { consultMetrics } from '../questions/consult-metrics.ts';
import { countFailure, endRound, failRun, roundScope, stepKey } from '../run/run-ends.ts';

/**
 * Judges the step the run stands at: the rollout hooks in list order, then the metrics. A step is held for a
 * full interval before its first round. Behind a closed gate the rounds go on, so a canary that turns bad
 * while it waits is still caught; a round that passed lets the gate be asked meanwhile.
 */
export const runChecks: Step = {
  name: 'run-checks',
  run(context) {
    const { draft, world, memory } = context;
    const { run } = draft.status;
    if (!isAnalysing(draft.status.phase) || run === undefined) return 'continue';
    // Nothing to judge before the canary got anything; after a failed promotion it starts with all traffic.
    if (run.step === 0 && draft.status.canaryWeight === 0) return 'continue';
    if (memory.hold?.step !== stepKey(context)) return waitForRoutes(context);
    const last =
      memory.analysis?.step === stepKey(context)
        ? memory.analysis
        : // guard: a-step-passes-by-its-own-round
          undefined;
    const dueAt = last?.nextRoundAt ?? /* guard: step-is-held */ memory.hold.since + world.intervalMs;
    const passedBefore = last?.passed ?? false;
    if (world.now < dueAt) {
      // guard: rounds-go-on-behind-a-closed-gate
      context.wakeAt(dueAt);
      return passedBefore ? 'continue' : stop('interval', holdMessage(context), { until: dueAt });
    }
    const round = judgeRound(context);
    if (typeof round === 'string' || !('open' in round)) return round;
    return passedBefore ? 'continue' : round.open;
  },
};

/** Routes that nobody follows must not hold a run for ever: its deadline is that of the workload. */
function waitForRoutes(context: PassContext): StepResult {
  const { draft, world, memory } = context;
  const problem = memory.routesProblem ?? 'the gateway has not followed yet';
  const message = `waiting until the routes say ${draft.status.canaryWeight} % for the canary: ${problem}`;
  const recorded = world.canary.status?.waiting;
  const since = recorded?.for === 'routes' ? Date.parse(recorded.since) : world.now;
  const deadline = since + progressDeadlineMs(world.canary);
  // guard: routes-that-nobody-follows-have-a-deadline
  if (world.now >= deadline) return failRun(context, 'RoutesNotFollowed', message);
  context.wakeAt(deadline);
  return stop('routes', message, { until: deadline });
}

const holdMessage = (context: PassContext): string => {
  const { status } = context.draft;
  return status.iterations > 0
    ? `iteration ${status.iterations} is held for an interval before it is judged`
    : `canary weight ${status.canaryWeight} is held for an interval before it is judged`;
};

type Round = StepResult | { readonly open: Stop };

function judgeRound(context: PassContext): Round {
  const { draft, world } = context;
  const { run } = draft.status;
  if (run === undefined) return 'continue';
  for (const hook of hooksOf(world.canary, 'rollout')) {
    const consulted = consultHook(context, hook, {
      phase: 'Progressing',
      scope: roundScope(run),
      polled: false,
    });
    if (consulted.state === 'open')
      return {
        open: stop('hook', `waiting for the answer of rollout hook "${hook.name}"`, { name: hook.name }),
      };
    // guard: rollout-hooks-judge
    if (consulted.answer.outcome !== 'passed') {
      return countFailure(context, 'CheckFailed', describeCheck(hook, consulted.answer));
    }
  }
  return judgeMetrics(context);
}

function judgeMetrics(context: PassContext): Round {
  const { draft, memory, world } = context;
  const results = consultMetrics(context);
  if (results === 'open') return { open: stop('metric', 'waiting for the answers of the metric queries') };
  const { run } = draft.status;
  if (run === undefined) return 'continue';
  if (results.length > 0) draft.status = { ...draft.status, run: { ...run, metrics: [...results] } };
  const bad = results.filter((result) => result.verdict !== 'passed');
  const worst = bad.find((result) => result.verdict !== 'no-data') ?? bad[0];
  if (/* guard: metrics-judge */ worst === undefined) {
    endRound(context, true);
    return 'continue';
  }
  if (
    worst.verdict === 'no-data' &&
    // guard: no-data-has-one-interval-of-grace
    run.noDataGrace !== true
  ) {
    endRound(context, memory.analysis?.step === stepKey(context) && memory.analysis.passed);
    const after = draft.status.run ?? run;
    draft.status = { ...draft.status, run: { ...after, noDataGrace: true } };
    context.wakeAt(world.now + world.intervalMs);
    return 'decided';
  }
  return countFailure(context, 'CheckFailed', worst.message);
}
