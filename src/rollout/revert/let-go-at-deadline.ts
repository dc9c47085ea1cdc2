import { revertDeadline } from '../../rules/finalizer.ts';
import type { Step, StepResult } from '../context.ts';
import { warnOnce } from '../draft.ts';
import { targetToRevert } from './target-to-revert.ts';

/** A deletion never hangs: at its deadline it is over, with the primary left to serve (leave-serving). */
export const letGoAtDeadline: Step = {
  name: 'let-go-at-deadline',
  run(context): StepResult {
    const { world } = context;
    const deadline = revertDeadline(world.canary);
    if (targetToRevert(context) === undefined) return 'continue';
    if (/* guard: deletion-has-a-deadline */ world.now < deadline) {
      context.wakeAt(deadline);
      return 'continue';
    }
    const { primary, target } = world.names;
    // No word of what it waited for last: a process that has just begun would tell it again in other words.
    warnOnce(
      context,
      'LeftBehind',
      `${primary}, its services and routes go on serving without an owner: ${target} did not take over in time`,
    );
    return 'decided';
  },
};
