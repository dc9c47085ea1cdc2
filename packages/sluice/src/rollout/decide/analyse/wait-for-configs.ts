import type { RunPlace } from '../../draft.ts';
import { unknownConfigs } from '../../look/config-state.ts';
import type { Decision } from '../decision.ts';
import { phaseDeadline } from '../run/give-up-routes.ts';
import { failRun } from '../run/run-ends.ts';

/**
 * A run starts once the target's ConfigMaps and Secrets have been read. It gives up at the progress deadline. One that
 * has begun goes on: what is not known is no change.
 */
export const waitForConfigs: Decision<RunPlace> = {
  name: 'wait-for-configs',
  run(moment) {
    if (moment.draft.status.run.step > 0) return 'next';
    const unknown = unknownConfigs(moment.seen);
    if (/* guard: a-run-waits-for-its-configuration */ unknown === undefined) return 'next';
    const deadline = phaseDeadline(moment);
    // guard: configuration-has-a-deadline
    if (moment.seen.now >= deadline) return failRun(moment, 'ConfigUnknown', unknown.wait.message);
    const until = Math.min(deadline, unknown.wait.until ?? deadline);
    return { wait: { ...unknown.wait, until } };
  },
};
