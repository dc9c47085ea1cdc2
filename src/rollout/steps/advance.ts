import type { Run } from '../../api/canary-status.ts';
import { describeGate } from '../../rules/answer-text.ts';
import { isAnalysing } from '../../rules/phases.ts';
import { nextWeight } from '../../rules/weights.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { askGate } from '../questions/ask-gate.ts';
import { hearRollback } from '../questions/hear-rollback.ts';
import { stepKey } from '../run/run-ends.ts';

/** Takes the next step of a run whose present step was judged good: more traffic, one more iteration, or promotion. */
export const advance: Step = {
  name: 'advance',
  run(context) {
    const { draft, world } = context;
    const { run } = draft.status;
    if (!isAnalysing(draft.status.phase) || run === undefined) return 'continue';
    return world.strategy === 'canary' ? advanceWeight(context, run) : advanceIteration(context, run);
  },
};

function advanceWeight(context: PassContext, run: Run): StepResult {
  const { draft, world } = context;
  const next = nextWeight(world.canary.spec.analysis, draft.status.canaryWeight);
  if (next === undefined) return askPromotion(context, () => promote(context));
  const copiesFirst = mirrors(world) && run.step === 0 && draft.status.canaryWeight === 0;
  const gate = askGate(context, 'confirm-traffic-increase', {
    phase: 'Progressing',
    // guard: each-step-asks-for-itself
    scope: `step-${run.step}`,
  });
  if (gate.state === 'open') {
    return stop('hook', `waiting for the answer of confirm-traffic-increase hook "${gate.hook.name}"`, {
      name: gate.hook.name,
    });
  }
  // guard: traffic-increase-gates
  if (gate.state === 'closed') {
    const text = `${describeGate(gate.hook, gate.answer)}; the weight stays at ${draft.status.canaryWeight}`;
    warnClosedGate(context, text);
    return stop('hook', text, { name: gate.hook.name });
  }
  const unheard = hearRollback(context);
  if (unheard !== undefined) return unheard;
  // guard: traffic-increase-gates
  for (const hook of gate.hooks)
    announce(
      context,
      'Normal',
      'TrafficIncreaseConfirmed',
      `Confirm-traffic-increase check "${hook.name}" passed`,
    );
  const weight = copiesFirst ? 0 : next;
  draft.status = {
    ...draft.status,
    canaryWeight: weight,
    run: { ...run, step: run.step + 1, mirrored: copiesFirst },
  };
  const text = `Advance ${world.canary.metadata.name}.${world.namespace} canary weight ${weight}`;
  if (copiesFirst) announce(context, 'Normal', 'Mirroring', `${text}, requests are copied to it`);
  else announce(context, 'Normal', 'WeightChanged', text);
  return 'decided';
}

/** Copies of requests before the first real one; in an A/B test the match says which requests there are. */
const mirrors = ({ canary, router, strategy }: PassContext['world']): boolean =>
  canary.spec.analysis.mirror === true && router.capabilities.mirror && strategy !== 'ab-testing';

function advanceIteration(context: PassContext, run: Run): StepResult {
  const { draft, world } = context;
  const iterations = world.canary.spec.analysis.iterations ?? 0;
  const { iterations: done } = draft.status;
  // guard: all-iterations-are-made
  if (done < iterations) {
    const text = `Advance ${world.canary.metadata.name}.${world.namespace} canary iteration ${done + 1}/${iterations}`;
    return hearRollback(context) ?? nextIteration(context, run, text);
  }
  // Confirmed already, and all traffic has been judged at the canary. The count alone does not say so: it can be lowered.
  if (run.confirmPromotion === 'passed')
    return (
      // guard: promotion-after-all-traffic-hears-the-rollback-hooks
      hearRollback(context) ?? promote(context)
    );
  const routesAll = world.strategy === 'blue-green' && world.router.capabilities.weights;
  return askPromotion(context, () => {
    if (/* guard: all-traffic-is-judged-before-promotion */ !routesAll) return promote(context);
    if (draft.status.phase === 'WaitingPromotion') enterPhase(context, 'Progressing');
    draft.status = { ...draft.status, canaryWeight: 100 };
    return nextIteration(
      context,
      { ...(draft.status.run ?? run), confirmPromotion: 'passed' },
      `Routing all traffic to ${world.names.target}.${world.namespace}`,
    );
  });
}

function nextIteration(context: PassContext, run: Run, message: string): StepResult {
  const { draft, world } = context;
  const { iterations, canaryWeight } = draft.status;
  draft.status = {
    ...draft.status,
    iterations: iterations + 1,
    run: { ...run, step: run.step + 1, mirrored: mirrors(world) && canaryWeight === 0 },
  };
  announce(context, 'Normal', 'IterationAdvanced', message);
  return 'decided';
}

function askPromotion(context: PassContext, onPassed: () => StepResult): StepResult {
  const { draft, world } = context;
  // The phase is Progressing also while it waits: receivers know it so from Flagger.
  const gate = askGate(context, 'confirm-promotion', { phase: 'Progressing', scope: 'promotion' });
  if (gate.state === 'open') {
    return stop('hook', `waiting for the answer of confirm-promotion hook "${gate.hook.name}"`, {
      name: gate.hook.name,
    });
  }
  // guard: promotion-is-confirmed
  if (gate.state === 'closed') {
    const text = describeGate(gate.hook, gate.answer);
    if (draft.status.phase === 'WaitingPromotion')
      return stop('hook', `${text}; promotion waits until it opens`, { name: gate.hook.name });
    enterPhase(context, 'WaitingPromotion');
    announce(
      context,
      'Warning',
      'WaitingForPromotion',
      `Halt ${world.canary.metadata.name} advancement, waiting for promotion approval: ${text}`,
    );
    return 'decided';
  }
  const unheard = hearRollback(context);
  // guard: promotion-hears-the-rollback-hooks
  if (unheard !== undefined) return unheard;
  // guard: promotion-is-confirmed
  for (const hook of gate.hooks)
    announce(context, 'Normal', 'PromotionConfirmed', `Confirm-promotion check "${hook.name}" passed`);
  return onPassed();
}

function promote(context: PassContext): StepResult {
  const { world } = context;
  enterPhase(context, 'Promoting');
  announce(
    context,
    'Normal',
    'Promoting',
    `Copying ${world.names.target}.${world.namespace} template spec to ${world.names.primary}.${world.namespace}`,
  );
  return 'decided';
}

/** Once for each step at which a gate holds the weight back. */
function warnClosedGate(context: PassContext, text: string): void {
  const reason = 'WaitingForTrafficIncrease';
  const step = stepKey(context);
  const { warned } = context.memory;
  if (warned.get(reason) === step || wasWarned(context)) return;
  context.draft.onRecorded.push(() => void warned.set(reason, step));
  announce(context, 'Warning', reason, `Halt ${context.world.canary.metadata.name} advancement: ${text}`);
}

/** The write that recorded a closed gate of this step told of it, also when its answer was lost or the process has ended since. */
const wasWarned = ({ world }: PassContext): boolean =>
  (world.canary.status?.hooks ?? []).some(
    ({ type, step, outcome }) =>
      type === 'confirm-traffic-increase' && outcome !== 'passed' && step === world.canary.status?.run?.step,
  );
