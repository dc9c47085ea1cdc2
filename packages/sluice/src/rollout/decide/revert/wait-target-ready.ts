import { revertDeadline } from '../../../rules/run/finalizer.ts';
import { targetReadiness } from '../../look/target-readiness.ts';
import { waitFor } from '../../wait.ts';
import type { Decision } from '../decision.ts';

/** Keeps the primary serving until the target is ready. */
export const waitTargetReady: Decision = {
  name: 'wait-target-ready',
  run({ seen, deps }) {
    const readiness = targetReadiness(seen, deps);
    if (readiness === undefined || /* guard: deletion-waits-for-the-target */ readiness.ready) return 'next';
    const { target } = seen.names;
    return waitFor(
      'workload',
      'TargetNotReady',
      `${target} takes over when it is ready: ${readiness.message}`,
      {
        name: target,
        until: revertDeadline(seen.canary),
      },
    );
  },
};
