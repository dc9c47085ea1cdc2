import type { RunPlace } from '../../draft.ts';
import { unknownConfigs } from '../../look/config-state.ts';
import { waitFor } from '../../wait.ts';
import type { Decision, Outcome } from '../decision.ts';
import { phaseDeadline } from '../run/give-up-routes.ts';
import { failRun } from '../run/run-ends.ts';

/** Copies the analysed revision to the primary. At the deadline the run is rolled back: the primary is still untouched. */
export const copy: Decision<RunPlace> = {
  name: 'copy-to-primary',
  run(moment): Outcome {
    const { seen, draft } = moment;
    const { target, primary } = seen.names;
    const deadline = phaseDeadline(moment);
    // guard: copy-has-a-deadline
    if (seen.now >= deadline)
      return failRun(moment, 'PromotionFailed', `${primary} could not be updated in time`);
    if (seen.primary === undefined)
      return waitFor('workload', 'PrimaryMissing', `${primary} does not exist`, {
        name: primary,
        until: deadline,
      });
    // guard: only-what-was-analysed-is-copied
    if (seen.target === undefined || draft.status.run.revision !== seen.revision)
      return (
        unknownConfigs(seen) ??
        waitFor('workload', 'TargetChanged', `${target} is not the revision that was analysed`, {
          name: target,
          until: deadline,
        })
      );
    const message = `${primary} is being updated`;
    return {
      ...waitFor('workload', 'PrimaryUpdating', message, { name: primary, until: deadline }),
      order: 'copy-to-primary',
    };
  },
};
