import type { CanaryStatus } from '../api/canary-status.ts';
import { isInitializing, isResting, isUndoing } from '../rules/run/phases.ts';
import type { Plan } from './plan-of.ts';
import type { StepView } from './rollout-view.ts';

type StepState = StepView['state'];

/**
 * Where a run stands, or stood when it failed, from its start (no traffic yet) to the promotion. A failed run keeps the
 * steps it reached, because `status.run.step` stays when weight and counters are reset.
 */
export function stepMarks(status: CanaryStatus, plan: Plan): readonly StepView[] {
  const count = stepsIn(plan);
  const last = count + 1;
  const at = positionOf(status, count);
  const reached = stateAt(status);
  const stateOf = (index: number): StepState => (index < at ? 'done' : index === at ? reached : 'to-come');
  if (plan.kind === 'weights') {
    const labels = ['start', ...(plan.mirrorsFirst ? ['mirror'] : []), ...plan.weights.map((w) => `${w}%`)];
    return [...labels, 'promotion'].map((label, index) => ({ label, state: stateOf(index) }));
  }
  const done = Math.min(Math.max(at, 0), count);
  const iterations = at > count ? 'done' : at < 1 ? 'to-come' : reached;
  return [
    { label: 'start', state: stateOf(0) },
    { label: `${done} of ${count} iterations`, state: iterations },
    { label: 'promotion', state: stateOf(last) },
  ];
}

const stepsIn = (plan: Plan): number =>
  plan.kind === 'iterations' ? plan.count : plan.weights.length + (plan.mirrorsFirst ? 1 : 0);

/** Whether a run stands at its first gate; the canary counts as resting until somebody answers. */
export const asksToStart = ({ phase, waiting }: CanaryStatus): boolean =>
  isResting(phase) && waiting?.step === 'ask-confirm-rollout';

/** Index of the step: 0 is the start, `count + 1` the promotion; -1 before any run, beyond the last when all is done. */
function positionOf(status: CanaryStatus, count: number): number {
  const { phase, run } = status;
  const promotion = count + 1;
  if (run === undefined || isInitializing(phase) || phase === 'Initialized')
    return asksToStart(status) ? 0 : -1;
  if (asksToStart(status)) return 0;
  const analysed = Math.min(run.step, count);
  // A run that was withdrawn ends in Succeeded too; its cause says why nothing was promoted.
  if (run.cause !== undefined && (phase === 'Succeeded' || phase === 'Finalising')) return analysed + 1;
  if (phase === 'Succeeded') return promotion + 1;
  if (phase === 'WaitingPromotion' || phase === 'Promoting' || phase === 'Finalising') return promotion;
  return phase === 'Failed' && run.confirmPromotion === 'passed' ? promotion : analysed;
}

function stateAt(status: CanaryStatus): StepState {
  const { phase, waiting, run } = status;
  if (run?.cause !== undefined && (phase === 'Succeeded' || phase === 'Finalising')) return 'to-come';
  if (phase === 'Failed') return asksToStart(status) ? 'waits' : 'failed';
  if (isUndoing(status)) return 'back';
  const holds = waiting?.reason === 'GateClosed' || waiting?.for === 'person' || asksToStart(status);
  return holds || phase === 'Waiting' ? 'waits' : 'now';
}
