import { cancelWaiting } from '../../../rules/people/approvals.ts';
import { withoutPortsBefore } from '../../../rules/objects/serving.ts';
import { enterPhase } from '../../draft.ts';
import type { Moment } from '../decision.ts';

/** Enters `Promoting`: what was kept of the promotion before, and approvals that still wait, are needed no more. */
export function beginPromotion(moment: Moment): void {
  const { draft } = moment;
  // guard: a-promotion-waits-for-no-approval
  draft.status = { ...draft.status, ...cancelWaiting(draft.status, 'gates') };
  draft.status = withoutPortsBefore(draft.status);
  enterPhase(moment, 'Promoting');
}
