import type { CanaryStatus } from '../../api/canary-status.ts';
import { describeCheck } from '../../rules/answer-text.ts';
import { hooksOf } from '../../rules/hooks.ts';
import type { Hook } from '../../rules/hooks.ts';
import { isAnalysing } from '../../rules/phases.ts';
import { stop } from '../context.ts';
import type { Step } from '../context.ts';
import { announce } from '../draft.ts';
import { consultHook } from '../questions/consult-hook.ts';
import { countFailure, roundScope, stepKey } from '../run/run-ends.ts';

/** Asks the pre-rollout hooks before the canary gets any traffic: they pass once a revision, a failure counts. */
export const askPreRollout: Step = {
  name: 'ask-pre-rollout',
  run(context) {
    const { draft, world, memory } = context;
    const { run } = draft.status;
    if (!isAnalysing(draft.status.phase) || run === undefined || run.preRollout === 'passed')
      return 'continue';
    const retryAt = memory.analysis?.step === stepKey(context) ? memory.analysis.nextRoundAt : 0;
    // guard: pre-rollout-is-asked-again-after-an-interval
    if (world.now < retryAt) {
      context.wakeAt(retryAt);
      return stop('interval', 'the pre-rollout hooks are asked again', { until: retryAt });
    }
    const hooks = hooksOf(world.canary, 'pre-rollout');
    for (const hook of hooks.filter((candidate) => !hasPassed(draft.status, candidate))) {
      const consulted = consultHook(context, hook, {
        phase: 'Progressing',
        scope: roundScope(run),
        polled: false,
      });
      if (consulted.state === 'open')
        return stop('hook', `waiting for the answer of pre-rollout hook "${hook.name}"`, { name: hook.name });
      const { answer } = consulted;
      // guard: pre-rollout-gates
      if (answer.outcome !== 'passed')
        return countFailure(context, 'PreRolloutFailed', describeCheck(hook, answer));
    }
    announce(
      context,
      'Normal',
      'AnalysisStarted',
      `Starting canary analysis for ${world.names.target}.${world.namespace}`,
    );
    for (const hook of hooks)
      announce(context, 'Normal', 'PreRolloutPassed', `Pre-rollout check "${hook.name}" passed`);
    draft.status = { ...draft.status, run: { ...run, preRollout: 'passed', round: run.round + 1 } };
    return 'continue';
  },
};

/** Within a run a hook that has passed is not asked again because its neighbour failed. */
const hasPassed = (status: CanaryStatus, hook: Hook): boolean =>
  (status.hooks ?? []).some(
    ({ index, name, outcome }) => index === hook.index && name === hook.name && outcome === 'passed',
  );
