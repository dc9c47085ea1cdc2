import { describeGate } from '../../../rules/hooks/answer-text.ts';
import { beginPromotion } from '../run/begin-promotion.ts';
import { askGate } from '../../ask/ask-gate.ts';
import { gateWait } from '../../ask/gate-wait.ts';
import { confirmNoRollback } from '../../ask/confirm-no-rollback.ts';
import { announce, enterPhase } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decided, Moment, Outcome } from '../decision.ts';

/** Calls the `confirm-promotion` hooks, then runs `onPassed`. */
export function askPromotion(moment: Moment<RunPlace>, onPassed: () => Outcome): Outcome {
  const { draft, seen } = moment;
  // The phase is Progressing also while it waits: receivers know it so from Flagger.
  const gate = askGate(moment, 'confirm-promotion', { phase: 'Progressing', scope: 'promotion' });
  if (gate.state === 'open') {
    const message = `waiting for the answer of confirm-promotion hook "${gate.hook.name}"`;
    return waitFor('hook', 'AskingHook', message, { name: gate.hook.name });
  }
  // guard: promotion-is-confirmed
  if (gate.state === 'closed') {
    const text = describeGate(gate.hook, gate.answer);
    if (draft.status.phase === 'WaitingPromotion')
      return gateWait(moment, gate.hook, `${text}; promotion waits until it opens`);
    enterPhase(moment, 'WaitingPromotion');
    announce(
      moment,
      'Warning',
      'WaitingForPromotion',
      `Halt ${seen.canary.metadata.name} advancement, waiting for promotion approval: ${text}`,
    );
    return decided;
  }
  const unheard = confirmNoRollback(moment);
  // guard: promotion-hears-the-rollback-hooks
  if (unheard !== undefined) return unheard;
  // guard: promotion-is-confirmed
  for (const hook of gate.hooks)
    announce(moment, 'Normal', 'PromotionConfirmed', `Confirm-promotion check "${hook.name}" passed`);
  return onPassed();
}

/** Starts the promotion: the next pass copies the target to the primary. */
export function promote(moment: Moment): Decided {
  const { names, namespace } = moment.seen;
  beginPromotion(moment);
  announce(
    moment,
    'Normal',
    'Promoting',
    `Copying ${names.target}.${namespace} template spec to ${names.primary}.${namespace}`,
  );
  return decided;
}
