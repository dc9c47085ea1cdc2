import { isAnalysing } from '../../rules/phases.ts';
import { progressDeadlineMs } from '../../rules/timing.ts';
import { configsStop } from '../configs/config-state.ts';
import type { Step } from '../context.ts';
import { failRun } from '../run/run-ends.ts';

/**
 * Nothing of a run begins before it is known what its pods read, no longer than the progress deadline. One that has begun goes on: what
 * is not known is no change.
 */
export const waitForConfigs: Step = {
  name: 'wait-for-configs',
  run(context) {
    const { draft, world } = context;
    const { run } = draft.status;
    if (!isAnalysing(draft.status.phase) || run === undefined || run.step > 0) return 'continue';
    const unknown = configsStop(context);
    if (/* guard: a-run-waits-for-its-configuration */ unknown === undefined) return 'continue';
    const deadline = Date.parse(run.phaseSince) + progressDeadlineMs(world.canary);
    // guard: configuration-has-a-deadline
    if (world.now >= deadline) return failRun(context, 'ConfigUnknown', unknown.stop.message);
    context.wakeAt(deadline);
    return unknown;
  },
};
