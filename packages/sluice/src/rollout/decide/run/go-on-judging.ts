import { stepKeyOf } from '../../../rules/run/step-key.ts';
import { lookAgainAt } from '../../draft.ts';
import type { Moment } from '../decision.ts';

/** The step is judged again when its next round is due, whatever else is waited for. */
export function goOnJudging({ draft, memory }: Moment): void {
  const ended = draft.effects.findLast((effect) => effect.kind === 'round-ended');
  const last = ended?.round ?? memory.analysis;
  if (last === undefined || last.step !== stepKeyOf(draft.status)) return;
  // guard: rounds-go-on-behind-a-closed-gate
  lookAgainAt(draft, last.nextRoundAt);
}
