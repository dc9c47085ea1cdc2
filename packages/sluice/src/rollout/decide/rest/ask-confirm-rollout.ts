import { describeGate } from '../../../rules/hooks/answer-text.ts';
import { askGate } from '../../ask/ask-gate.ts';
import { gateWait } from '../../ask/gate-wait.ts';
import type { GateState } from '../../ask/ask-gate.ts';
import { announce, enterPhase } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { placeWait } from '../people/hold-start.ts';
import { startRun } from '../run/start-run.ts';

/** Keeps the target at zero until all `confirm-rollout` hooks have passed. */
export const askConfirmRollout: Decision = {
  name: 'ask-confirm-rollout',
  run(moment) {
    const { phase } = moment.draft.status;
    const gate = askGate(moment, 'confirm-rollout', { phase, scope: 'run' });
    // guard: confirm-rollout-is-waited-for
    if (gate.state === 'open')
      return waitFor(
        'hook',
        'AskingHook',
        `waiting for the answer of confirm-rollout hook "${gate.hook.name}"`,
        { name: gate.hook.name },
      );
    // guard: confirm-rollout-gates
    if (gate.state === 'closed') return wait(moment, gate);
    const queued = placeWait(moment);
    if (queued !== undefined) return queued;
    // guard: confirm-rollout-gates
    // guard: confirm-rollout-is-waited-for
    for (const hook of gate.hooks)
      announce(moment, 'Normal', 'RolloutConfirmed', `Confirm-rollout check "${hook.name}" passed`);
    return startRun(moment);
  },
};

function wait(moment: Moment, gate: GateState & { state: 'closed' }): Outcome {
  const text = describeGate(gate.hook, gate.answer);
  if (moment.draft.status.phase !== 'Waiting') {
    enterPhase(moment, 'Waiting');
    announce(
      moment,
      'Warning',
      'WaitingForRollout',
      `Halt ${moment.seen.canary.metadata.name}, waiting for approval: ${text}`,
    );
    return decided;
  }
  return gateWait(moment, gate.hook, `${text}; the canary stays down until it opens`);
}
