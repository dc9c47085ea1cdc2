import { describeGate } from '../../../rules/hooks/answer-text.ts';
import { stepKeyOf } from '../../../rules/run/step-key.ts';
import { nextWeight } from '../../../rules/traffic/weights.ts';
import { askGate } from '../../ask/ask-gate.ts';
import { gateWait } from '../../ask/gate-wait.ts';
import { confirmNoRollback } from '../../ask/confirm-no-rollback.ts';
import { announce } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Moment, Outcome } from '../decision.ts';
import { askPromotion, promote } from './ask-promotion.ts';
import { mirrors } from './mirrors.ts';

/** Raises the weight once all `confirm-traffic-increase` hooks have passed. */
export function advanceWeight(moment: Moment<RunPlace>): Outcome {
  const { draft, seen } = moment;
  const { run, canaryWeight } = draft.status;
  const next = nextWeight(seen.canary.spec.analysis, canaryWeight);
  if (next === undefined) return askPromotion(moment, () => promote(moment));
  const gate = askGate(moment, 'confirm-traffic-increase', {
    phase: 'Progressing',
    // guard: each-step-asks-for-itself
    scope: `step-${run.step}`,
  });
  if (gate.state === 'open') {
    const message = `waiting for the answer of confirm-traffic-increase hook "${gate.hook.name}"`;
    return waitFor('hook', 'AskingHook', message, { name: gate.hook.name });
  }
  // guard: traffic-increase-gates
  if (gate.state === 'closed') {
    const text = `${describeGate(gate.hook, gate.answer)}; the weight stays at ${canaryWeight}`;
    warnClosedGate(moment, text);
    return gateWait(moment, gate.hook, text);
  }
  const unheard = confirmNoRollback(moment);
  if (unheard !== undefined) return unheard;
  // guard: traffic-increase-gates
  for (const hook of gate.hooks)
    announce(
      moment,
      'Normal',
      'TrafficIncreaseConfirmed',
      `Confirm-traffic-increase check "${hook.name}" passed`,
    );
  return step(moment, next);
}

function step(moment: Moment<RunPlace>, next: number): Outcome {
  const { draft, seen } = moment;
  const { run, canaryWeight } = draft.status;
  const copiesFirst = mirrors(seen) && run.step === 0 && canaryWeight === 0;
  const weight = copiesFirst ? 0 : next;
  draft.status = {
    ...draft.status,
    canaryWeight: weight,
    run: { ...run, step: run.step + 1, mirrored: copiesFirst },
  };
  const text = `Advance ${seen.canary.metadata.name}.${seen.namespace} canary weight ${weight}`;
  if (copiesFirst) announce(moment, 'Normal', 'Mirroring', `${text}, requests are copied to it`);
  else announce(moment, 'Normal', 'WeightChanged', text);
  return decided;
}

/** Once for each step at which a gate holds the weight back. */
function warnClosedGate(moment: Moment<RunPlace>, text: string): void {
  const { draft, memory, seen } = moment;
  const reason = 'WaitingForTrafficIncrease';
  const key = stepKeyOf(draft.status);
  if (memory.warned.get(reason) === key || wasWarned(moment)) return;
  draft.effects.push({ kind: 'warned', about: reason, message: key });
  announce(moment, 'Warning', reason, `Halt ${seen.canary.metadata.name} advancement: ${text}`);
}

/** The status records that the closed gate of this step was announced, so it is announced once, also across restarts. */
const wasWarned = ({ seen: { canary } }: Moment): boolean =>
  (canary.status?.hooks ?? []).some(
    ({ type, step: at, outcome }) =>
      type === 'confirm-traffic-increase' && outcome !== 'passed' && at === canary.status?.run?.step,
  );
