import type { CanaryStatus } from '../api/canary-status.ts';
import { isInitializing, isResting, isUndoing } from '../rules/run/phases.ts';
import type { RolloutState, WaitView } from './rollout-view.ts';
import { asksToStart } from './step-marks.ts';

/**
 * Whether a run is on, from its first gate to its end. A canary whose first gate was asked and has not answered yet still
 * has a resting phase.
 */
export function isOn(status: CanaryStatus): boolean {
  const { phase, run } = status;
  if (run === undefined || isInitializing(phase) || isOver(status)) return false;
  return asksToStart(status) || !isResting(phase);
}

const isOver = ({ phase }: CanaryStatus): boolean => phase === 'Terminating' || phase === 'Terminated';

/** How a rollout stands, for icon and colour. */
export function stateOf(status: CanaryStatus, { kind }: Pick<WaitView, 'kind'>): RolloutState {
  const { phase } = status;
  if (kind === 'person') return 'person';
  if (asksToStart(status)) return 'machine';
  if (phase === 'Failed') return 'failed';
  if (isUndoing(status)) return 'back';
  if (phase === 'Succeeded' || phase === 'Terminated') return 'done';
  return phase === 'Initialized' ? 'idle' : 'machine';
}
