import type { CanaryStatus, Phase } from '../../api/canary-status.ts';

/** Nothing runs: a change of the target starts a run from here. */
export const isResting = (phase: Phase): boolean =>
  phase === 'Initialized' || phase === 'Succeeded' || phase === 'Failed';

export const isInitializing = (phase: Phase): boolean => phase === '' || phase === 'Initializing';

/** A revision is being decided upon, and its run may still be stopped without touching the primary. */
export const isUndecided = (phase: Phase): boolean =>
  phase === 'Waiting' || phase === 'Progressing' || phase === 'WaitingPromotion';

/** Traffic may be at the canary, and checks judge it. */
export const isAnalysing = (phase: Phase): boolean => phase === 'Progressing' || phase === 'WaitingPromotion';

/** The primary is being restored to its version from before the run. */
export const isUndoing = ({ phase, run }: Pick<CanaryStatus, 'phase' | 'run'>): boolean =>
  phase === 'Promoting' && run?.undo !== undefined;

/** Value of `flagger_canary_status`: 0 running, 2 failed, 1 everything else, as Flagger's. */
export function statusGauge(phase: Phase): 0 | 1 | 2 {
  if (phase === 'Progressing') return 0;
  return phase === 'Failed' ? 2 : 1;
}
