import { revertDeadline } from '../../../rules/run/finalizer.ts';
import { warnOnce } from '../../draft.ts';
import { targetToRevert } from '../../look/target-to-revert.ts';
import { decided } from '../decision.ts';
import type { Decision } from '../decision.ts';

/** Ends a deletion at its deadline and leaves the primary serving (hold/revert/leave-serving). */
export const letGoAtDeadline: Decision = {
  name: 'let-go-at-deadline',
  run(moment) {
    const { seen, held } = moment;
    if (targetToRevert(seen) === undefined) return 'next';
    if (/* guard: deletion-has-a-deadline */ seen.now < revertDeadline(seen.canary)) return 'next';
    // What serves is disowned before the finalizer goes.
    const { primary: left } = held.facts;
    if (left.state === 'blocked') return { wait: left.wait };
    const { primary, target } = seen.names;
    warnOnce(
      moment,
      'LeftBehind',
      `${primary}, its services and routes go on serving without an owner: ${target} did not take over in time`,
    );
    return decided;
  },
};
