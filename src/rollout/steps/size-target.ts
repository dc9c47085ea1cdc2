import { isInitializing } from '../../rules/phases.ts';
import { targetSize } from '../../rules/target-size.ts';
import type { TargetSize } from '../../rules/target-size.ts';
import { wakeReplicas } from '../../rules/wake-replicas.ts';
import { isTargetDown, mustRestart } from '../configs/config-state.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult, Stop } from '../context.ts';
import { calm, warnOnce } from '../draft.ts';
import { isPrimaryReady, readReadySides } from '../readiness.ts';
import { isDecisionDue } from '../run/decision-due.ts';
import { pauseScaler, resumeScaler } from '../run/pause-scaler.ts';
import { patchObject } from '../writing/write-object.ts';

/** Makes the target as large as the phase wants it. Going to zero stands behind the guard of the last healthy copy. */
export const sizeTarget: Step = {
  name: 'size-target',
  async run(context): Promise<StepResult> {
    const { world, draft } = context;
    if (world.target === undefined || world.workload.sizing === 'none') return 'continue';
    const own = world.workload.replicas(world.target);
    if (own === 0 && mustRestart(draft.status)) return endRestart(context);
    const wanted = wantedSize(context);
    if (wanted === 'none' && own === 0) return keepPaused(context);
    const mustRun = wanted === 'some' || (wanted === 'keep' && own > 0);
    // guard: a-scaler-is-resumed-before-its-target-starts
    if (mustRun && !(await resumeScaler(context))) return 'continue';
    if (wanted === 'some' && own === 0) {
      const primary = world.primary === undefined ? 0 : world.workload.replicas(world.primary);
      await patchObject(
        context,
        world.workload.resource,
        world.target,
        world.workload.scalePatch(world.target, wakeReplicas(own, primary, scalerMin(context))),
      );
      return stop('workload', `${world.names.target} is being scaled up`, { name: world.names.target });
    }
    if (wanted !== 'none') return 'continue';
    const refusal = refuseScaleDown(context);
    // What is still to be decided does not wait for a scale-down: a gate, or a revision that nobody has judged. Nor does
    // a run that is on: it can be aborted, and has its deadline.
    if (refusal !== undefined)
      return isDecisionDue(context) || mustRestart(draft.status)
        ? // guard: decisions-do-not-wait-for-a-scale-down
          'continue'
        : refusal;
    calm(context, 'ScaleDownHeld');
    // guard: a-scaler-is-paused-before-its-target-stops
    if (!(await pauseScaler(context))) return 'continue';
    // guard: who-scales-a-resting-target-up-is-told
    sayScaledUp(context);
    await patchObject(
      context,
      world.workload.resource,
      world.target,
      world.workload.scalePatch(world.target, 0),
    );
    return 'continue';
  },
};

/** A target that was at zero is not: who applies it with its size does so again and again, and each time pods come and go. */
function sayScaledUp(context: PassContext): void {
  const { world, draft } = context;
  const { phase } = draft.status;
  if (phase !== 'Initialized' && phase !== 'Succeeded') return;
  const field = world.workload.sizing === 'replicas' ? 'replicas' : 'nodeSelector';
  const message = `${world.names.target} was scaled up while no run is on, and is stopped again; whoever applies it should leave its ${field} out`;
  warnOnce(context, 'TargetScaledUp', message);
}

/** A GitOps tool takes away the annotations that it does not know, and the scaler would wake what rests. */
async function keepPaused(context: PassContext): Promise<StepResult> {
  const { world, deps } = context;
  // Should the scaler be waking it this very moment: it is all there is.
  // guard: a-pause-that-was-taken-away-comes-back
  if (/* guard: the-last-copy-is-not-paused */ readReadySides(deps, world.namespace, world.names).primary)
    await pauseScaler(context);
  return 'continue';
}

function wantedSize(context: PassContext): TargetSize {
  const { status } = context.draft;
  const isStale = mustRestart(status) && status.canaryWeight === 0;
  if (
    isStale ||
    (isInitializing(status.phase) &&
      // guard: first-scale-down-waits-for-the-primary
      isPrimaryReady(context))
  )
    return 'none';
  return targetSize(status);
}

function endRestart(context: PassContext): StepResult {
  const { draft } = context;
  const { run } = draft.status;
  if (run === undefined || /* guard: stale-pods-are-gone-before-the-next-start */ !isTargetDown(context))
    return 'continue';
  const { stalePods: _, ...fresh } = run;
  draft.status = { ...draft.status, run: fresh };
  return 'decided';
}

function scalerMin({ world: { scaling } }: PassContext): number | undefined {
  return scaling?.target === undefined ? undefined : scaling.scaler.minReplicas(scaling.target);
}

/** Why the target must not be stopped now; undefined when the primary serves and no traffic is left at the canary. */
function refuseScaleDown(context: PassContext): Stop | undefined {
  const { world, deps, memory } = context;
  const { target, primary } = world.names;
  // guard: scale-down-needs-a-primary
  // guard: first-scale-down-waits-for-the-primary
  if (!readReadySides(deps, world.namespace, world.names).primary) {
    const message = `${target} keeps running: ${primary} has no ready endpoints`;
    warnOnce(context, 'ScaleDownHeld', message);
    return stop('workload', message, { name: primary });
  }
  // The usual order, and no warning: traffic first, then the pods.
  if (
    // guard: scale-down-after-traffic
    // guard: first-scale-down-waits-for-the-primary
    memory.hold?.alone === false
  )
    return undefined;
  const why = memory.routesProblem ?? 'the gateway has not followed yet';
  return stop('routes', `${target} keeps running until its traffic has moved to ${primary}: ${why}`);
}
