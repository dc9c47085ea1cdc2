import { describeGate } from '../../rules/answer-text.ts';
import { isResting } from '../../rules/phases.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { askGate } from '../questions/ask-gate.ts';
import type { GateState } from '../questions/ask-gate.ts';
import { startRun } from './detect.ts';

/** Nothing is scaled up before everybody who has to confirm the run has done so. */
export const askConfirmRollout: Step = {
  name: 'ask-confirm-rollout',
  run(context) {
    const { phase } = context.draft.status;
    if (!isResting(phase) && phase !== 'Waiting') return 'continue';
    const gate = askGate(context, 'confirm-rollout', { phase, scope: 'run' });
    // guard: confirm-rollout-is-waited-for
    if (gate.state === 'open')
      return stop('hook', `waiting for the answer of confirm-rollout hook "${gate.hook.name}"`, {
        name: gate.hook.name,
      });
    // guard: confirm-rollout-gates
    if (gate.state === 'closed') return wait(context, gate);
    // guard: confirm-rollout-gates
    // guard: confirm-rollout-is-waited-for
    for (const hook of gate.hooks)
      announce(context, 'Normal', 'RolloutConfirmed', `Confirm-rollout check "${hook.name}" passed`);
    return startRun(context);
  },
};

function wait(context: PassContext, gate: GateState & { state: 'closed' }): StepResult {
  const text = describeGate(gate.hook, gate.answer);
  if (context.draft.status.phase !== 'Waiting') {
    enterPhase(context, 'Waiting');
    announce(
      context,
      'Warning',
      'WaitingForRollout',
      `Halt ${context.world.canary.metadata.name}, waiting for approval: ${text}`,
    );
    return 'decided';
  }
  return stop('hook', `${text}; the canary stays down until it opens`, { name: gate.hook.name });
}
