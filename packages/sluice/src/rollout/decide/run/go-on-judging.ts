import { stepKeyOf } from '../../../rules/run/step-key.ts';
import { lookAgainAt } from '../../draft.ts';
import type { Moment } from '../decision.ts';

/** Wakes the pass for the next round of checks, whatever else the run waits for. */
export function goOnJudging({ seen, draft, memory }: Moment): void {
  const ended = draft.effects.findLast((effect) => effect.kind === 'round-ended');
  const last = ended?.round ?? memory.analysis;
  if (last === undefined || last.step !== stepKeyOf(draft.status)) return;
  // A round that is due was asked by now, and its answers wake the pass: a time that is past would wake it without end.
  if (last.nextRoundAt <= seen.now) return;
  // guard: rounds-go-on-behind-a-closed-gate
  lookAgainAt(draft, last.nextRoundAt);
}
