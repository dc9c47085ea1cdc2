import { removeCondition } from '../../../rules/run/conditions.ts';
import { isResting } from '../../../rules/run/phases.ts';
import { fullRevision } from '../../../rules/configs/tracked-configs.ts';
import { decided } from '../decision.ts';
import type { Decision } from '../decision.ts';
import { isSame } from './adopt.ts';
import { unclear } from './ask-person.ts';

/** Clears the condition once target and primary are equal, or a run has started. */
export const clearWhenEqual: Decision = {
  name: 'clear-when-equal',
  run(moment) {
    const { draft, seen } = moment;
    const { status } = draft;
    if (!(status.conditions ?? []).some((condition) => condition.type === unclear)) return 'next';
    const rests = isResting(status.phase);
    const same = isSame(moment, status.trackedConfigs ?? {});
    if (!same && rests) return 'next';
    draft.status = { ...status, conditions: removeCondition(status.conditions ?? [], unclear) };
    if (same && rests && seen.templateRevision !== undefined) {
      const revision = fullRevision(seen.templateRevision, status.trackedConfigs ?? {});
      draft.status = { ...draft.status, lastAppliedSpec: revision, lastPromotedSpec: revision };
    }
    return decided;
  },
};
