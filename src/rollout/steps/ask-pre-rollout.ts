import { hooksOf } from '../../rules/hooks.ts';
import { isAnalysing } from '../../rules/phases.ts';
import { consultHook } from '../consult-hook.ts';
import { stop } from '../context.ts';
import type { Step } from '../context.ts';
import { announce } from '../draft.ts';
import { countFailure, stepKey } from '../run-ends.ts';

/** Asks the pre-rollout hooks before the canary gets any traffic: they pass once a revision, a failure counts. */
export const askPreRollout: Step = {
  name: 'ask-pre-rollout',
  run(context) {
    const { draft, world, memory } = context;
    const { run } = draft.status;
    if (!isAnalysing(draft.status.phase) || run === undefined || run.preRollout === 'passed')
      return 'continue';
    const retryAt = memory.analysis?.step === stepKey(context) ? memory.analysis.nextRoundAt : 0;
    if (world.now < retryAt) {
      context.wakeAt(retryAt);
      return stop('interval', 'the pre-rollout hooks are asked again', { until: retryAt });
    }
    const hooks = hooksOf(world.canary, 'pre-rollout');
    for (const hook of hooks) {
      const consulted = consultHook(context, hook, {
        phase: 'Progressing',
        scope: `round-${run.round}`,
        polled: false,
      });
      if (consulted.state === 'open')
        return stop('hook', `waiting for the answer of pre-rollout hook "${hook.name}"`, { name: hook.name });
      const { answer } = consulted;
      if (answer.outcome !== 'passed') {
        return countFailure(
          context,
          'PreRolloutFailed',
          `pre-rollout hook "${hook.name}" ${describe(answer)}`,
        );
      }
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

export function describe(answer: {
  readonly outcome: string;
  readonly code?: number;
  readonly message: string;
}): string {
  const text = [answer.code, answer.message]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
    .slice(0, 300);
  return `${answer.outcome === 'failed' ? 'could not tell' : 'failed'}${text === '' ? '' : `: ${text}`}`;
}
