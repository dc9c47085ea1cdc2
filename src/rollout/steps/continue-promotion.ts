import type { Readiness } from '../../ports/workload.ts';
import { primaryRevision } from '../../rules/revision.ts';
import { progressDeadlineMs, toTime } from '../../rules/timing.ts';
import { nextPromotionWeight } from '../../rules/weights.ts';
import { configsStop } from '../configs/config-state.ts';
import { copyConfigs } from '../configs/copy-configs.ts';
import { primaryContext } from '../configs/primary-context.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { primaryReadiness } from '../readiness.ts';
import { giveUpRoutes } from '../run/give-up-routes.ts';
import { isSuperseded, keepCanary } from '../run/keep-canary.ts';
import { requiredReplicas } from '../run/required-replicas.ts';
import { failRun } from '../run/run-ends.ts';
import { patchObject } from '../writing/write-object.ts';

/** Copies what was analysed to the primary, waits until it serves, then brings the traffic back. */
export const continuePromotion: Step = {
  name: 'continue-promotion',
  async run(context) {
    const { draft, world } = context;
    if (draft.status.phase !== 'Promoting' || draft.status.run === undefined) return 'continue';
    if (world.primary === undefined) return stop('workload', `${world.names.primary} does not exist`);
    if (primaryRevision(world.primary) !== draft.status.run.revision)
      return /* guard: copy-has-a-deadline */ giveUpCopy(context) ?? copyToPrimary(context);
    const readiness = primaryReadiness(context);
    // guard: unjudged-canary-loses-its-traffic
    if (isSuperseded(context) && draft.status.canaryWeight > 0 && world.ready.primary)
      return leaveCanary(context);
    const grown = await growPrimary(context);
    return /* guard: primary-serves-before-traffic */ readiness.ready &&
      // guard: primary-is-large-enough-before-traffic
      grown === undefined
      ? bringTrafficBack(context)
      : waitForPrimary(context, grown ?? readiness);
  },
};

/**
 * Scales the primary to what all traffic needs before it gets all traffic: its scaler has the same lower bound by now, but
 * looks only now and then. Undefined when it is large enough.
 */
async function growPrimary(context: PassContext): Promise<Readiness | undefined> {
  const { primary, workload } = context.world;
  const wanted = requiredReplicas(context);
  if (primary === undefined || wanted === undefined || workload.replicas(primary) >= wanted) return undefined;
  await patchObject(context, workload.resource, primary, workload.scalePatch(primary, wanted));
  return { ready: false, stuck: false, message: `it is being scaled to ${wanted}, to take all traffic` };
}

/** A primary that could not be touched in time still runs what it ran: going back to it is safe. */
function giveUpCopy(context: PassContext): StepResult | undefined {
  const { world, draft } = context;
  const deadline = Date.parse(draft.status.run?.phaseSince ?? '') + progressDeadlineMs(world.canary);
  context.wakeAt(deadline);
  if (world.now < deadline) return undefined;
  return failRun(context, 'PromotionFailed', `${world.names.primary} could not be updated in time`);
}

async function copyToPrimary(context: PassContext): Promise<StepResult> {
  const { world, draft } = context;
  const revision = draft.status.run?.revision;
  if (
    world.target === undefined ||
    world.primary === undefined ||
    revision === undefined ||
    // guard: only-what-was-analysed-is-copied
    revision !== world.revision
  ) {
    const unknown = configsStop(context);
    if (unknown !== undefined) return unknown;
    return stop('workload', `${world.names.target} is not the revision that was analysed`, {
      name: world.names.target,
    });
  }
  const held = await copyConfigs(context);
  // guard: copies-before-the-primary
  if (held !== undefined) return held;
  const patch = world.workload.promotionPatch(world.target, world.primary, primaryContext(context, revision));
  await patchObject(context, world.workload.resource, world.primary, patch);
  return stop('workload', `${world.names.primary} is being updated`, { name: world.names.primary });
}

/** A primary in the middle of its rolling update serves; a canary that was never judged should not. */
function leaveCanary(context: PassContext): StepResult {
  const { draft, world } = context;
  draft.status = { ...draft.status, canaryWeight: 0 };
  announce(
    context,
    'Warning',
    'TrafficRestored',
    `${world.names.target} changed during promotion, all traffic goes to ${world.names.primary}`,
  );
  return 'decided';
}

function waitForPrimary(context: PassContext, { message, stuck }: Readiness): StepResult {
  const { world, draft } = context;
  const { run } = draft.status;
  if (run === undefined) return 'continue';
  const deadline = Date.parse(run.phaseSince) + progressDeadlineMs(world.canary);
  if (
    // guard: kubernetes-own-deadline-counts-for-the-primary
    stuck ||
    // guard: primary-has-a-deadline
    world.now >= deadline
  )
    return keepCanary(
      context,
      'PromotionFailed',
      `promotion failed: ${world.names.primary} is not ready: ${message}`,
    );
  context.wakeAt(deadline);
  return stop('workload', `${world.names.primary} is not ready: ${message}`, {
    name: world.names.primary,
    until: deadline,
  });
}

function bringTrafficBack(context: PassContext): StepResult {
  const { draft, world, memory } = context;
  const { run, canaryWeight } = draft.status;
  if (run === undefined) return 'continue';
  if (canaryWeight === 0) {
    enterPhase(context, 'Finalising');
    announce(context, 'Normal', 'TrafficRestored', `All traffic goes to ${world.names.primary}`);
    return 'decided';
  }
  const next = nextPromotionWeight(world.canary.spec.analysis, canaryWeight);
  const stepwise = (world.canary.spec.analysis.stepWeightPromotion ?? 0) > 0;
  const stuck = stepwise ? /* guard: steps-back-have-a-deadline */ giveUpRoutes(context) : undefined;
  if (stuck !== undefined) return stuck;
  if (stepwise) {
    const until =
      (memory.hold?.since ?? /* guard: steps-back-are-followed-before-the-next */ world.now) +
      world.intervalMs;
    if (
      // guard: steps-back-are-followed-before-the-next
      memory.hold === undefined ||
      // guard: traffic-comes-back-in-steps
      world.now < until
    ) {
      context.wakeAt(until);
      return stop('interval', `canary weight ${canaryWeight} while traffic goes back`, { until });
    }
    announce(
      context,
      'Normal',
      'WeightChanged',
      `Moving ${world.canary.metadata.name} primary weight to ${100 - next}`,
    );
  }
  draft.status = {
    ...draft.status,
    canaryWeight: next,
    run: { ...run, step: run.step + 1, phaseSince: toTime(world.now) },
  };
  return 'decided';
}
