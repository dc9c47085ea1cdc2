import type { CanaryStatus } from '../../api/canary-status.ts';
import { isResting } from './phases.ts';

/** Reason of the Event, and of `run.undo`, of a release that was undone after it had succeeded. */
export const undoneReason = 'Undone';

export type TargetSize = 'none' | 'some' | 'keep';

/**
 * The size of the target in each phase. `keep` while nothing is decided: a canary that carries all traffic after
 * a failed promotion is the last healthy copy, and a revision that waits for approval is scaled down only after a
 * `confirm-rollout` hook did not pass.
 */
export function targetSize(status: CanaryStatus): TargetSize {
  // guard: a-canary-with-traffic-keeps-its-pods
  if (status.canaryWeight > 0) return isResting(status.phase) ? 'keep' : 'some';
  switch (status.phase) {
    case 'Initialized':
    case 'Succeeded':
    case 'Failed':
    case 'Finalising':
      return 'none';
    case 'Progressing':
    case 'WaitingPromotion':
      return 'some';
    case 'Promoting':
      return status.run?.undo?.reason === undoneReason
        ? /* guard: what-is-undone-after-its-success-is-not-started */ 'none'
        : 'some';
    case 'Waiting':
      return wasRefused(status) ? 'none' : 'keep';
    case '':
    case 'Initializing':
    case 'Terminating':
    case 'Terminated':
      return 'keep';
  }
}

const wasRefused = (status: CanaryStatus): boolean =>
  (status.hooks ?? []).some((hook) => hook.type === 'confirm-rollout' && hook.outcome !== 'passed');
