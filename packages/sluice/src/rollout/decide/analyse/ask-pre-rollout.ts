import type { CanaryStatus } from '../../../api/canary-status.ts';
import { describeCheck } from '../../../rules/hooks/answer-text.ts';
import { hooksOf } from '../../../rules/hooks/hooks.ts';
import type { Hook } from '../../../rules/hooks/hooks.ts';
import { roundScope, stepKeyOf } from '../../../rules/run/step-key.ts';
import { askHook } from '../../ask/ask-hook.ts';
import { announce } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import type { Decision } from '../decision.ts';
import { countFailure } from '../run/run-ends.ts';

/** Asks the pre-rollout hooks before the canary gets any traffic: they pass once a revision, a failure counts. */
export const askPreRollout: Decision<RunPlace> = {
  name: 'ask-pre-rollout',
  run(moment) {
    const { draft, seen, memory } = moment;
    const { run } = draft.status;
    if (run.preRollout === 'passed') return 'next';
    const retryAt = memory.analysis?.step === stepKeyOf(draft.status) ? memory.analysis.nextRoundAt : 0;
    // guard: pre-rollout-is-asked-again-after-an-interval
    if (seen.now < retryAt)
      return waitFor('interval', 'Interval', 'the pre-rollout hooks are asked again', { until: retryAt });
    const hooks = hooksOf(seen.canary, 'pre-rollout');
    for (const hook of hooks.filter((candidate) => !hasPassed(draft.status, candidate))) {
      const asked = askHook(moment, hook, { phase: 'Progressing', scope: roundScope(run), polled: false });
      if (asked.state === 'open')
        return waitFor('hook', 'AskingHook', `waiting for the answer of pre-rollout hook "${hook.name}"`, {
          name: hook.name,
        });
      const { answer } = asked;
      // guard: pre-rollout-gates
      if (answer.outcome !== 'passed')
        return countFailure(moment, 'PreRolloutFailed', describeCheck(hook, answer));
    }
    const { target } = seen.names;
    announce(moment, 'Normal', 'AnalysisStarted', `Starting canary analysis for ${target}.${seen.namespace}`);
    for (const hook of hooks)
      announce(moment, 'Normal', 'PreRolloutPassed', `Pre-rollout check "${hook.name}" passed`);
    draft.status = { ...draft.status, run: { ...run, preRollout: 'passed', round: run.round + 1 } };
    return 'next';
  },
};

/** A hook that has passed in this run is not called again when another one fails. */
const hasPassed = (status: CanaryStatus, hook: Hook): boolean =>
  (status.hooks ?? []).some(
    ({ index, name, outcome }) => index === hook.index && name === hook.name && outcome === 'passed',
  );
