import { isInitializing } from '../../rules/run/phases.ts';
import { targetSize } from '../../rules/run/target-size.ts';
import type { TargetSize } from '../../rules/run/target-size.ts';
import { wakeReplicas } from '../../rules/run/wake-replicas.ts';
import { pauseScaler, resumeScaler } from '../carry-out/pause-scaler.ts';
import { patchObject } from '../carry-out/write-object.ts';
import { clearWarning, warnOnce } from '../draft.ts';
import { isTrafficThere } from '../held.ts';
import type { DutyFact, RoutesFact } from '../held.ts';
import { mustRestart } from '../look/config-state.ts';
import { isPrimaryReady, readReadySides } from '../look/readiness.ts';
import type { Seen } from '../seen.ts';
import { waitFor } from '../wait.ts';
import type { Wait } from '../wait.ts';
import { blockedBy, matches } from './holding.ts';
import type { Holding } from './holding.ts';
import { lookAtServer } from './last-look.ts';

/** Scales the target to the size that the phase needs. Scaling to zero is guarded: never the last healthy copy. */
export async function holdSize(holding: Holding, routes: RoutesFact): Promise<DutyFact> {
  const { seen } = holding;
  if (seen.target === undefined || seen.workload.sizing === 'none') return matches;
  const own = seen.workload.replicas(seen.target);
  const wanted = wantedSize(holding, own);
  if (wanted === 'none') return own === 0 ? keepPaused(holding) : stopTarget(holding, routes);
  if (wanted === 'keep' && own === 0) return matches;
  const refused = await change(
    holding,
    /* guard: a-scaler-is-resumed-before-its-target-starts */ resumeScaler,
  );
  if (refused !== undefined) return refused;
  return wanted === 'some' && own === 0 ? startTarget(holding) : matches;
}

function wantedSize({ seen, status }: Holding, own: number): TargetSize {
  if (mustRestart(status) && (status.canaryWeight === 0 || own === 0)) return 'none';
  if (
    isInitializing(status.phase) &&
    // guard: first-scale-down-waits-for-the-primary
    isPrimaryReady(seen)
  )
    return 'none';
  return targetSize(status);
}

/** The result when the scaler may not be written: the run can still be guarded and rolled back. */
async function change(
  holding: Holding,
  ...patches: readonly ((holding: Holding) => Promise<void>)[]
): Promise<DutyFact | undefined> {
  try {
    for (const patch of patches) await patch(holding);
    return undefined;
  } catch (error) {
    holding.signal.throwIfAborted();
    // guard: a-scaler-that-refuses-ends-a-run-by-its-deadline
    return blockedBy(holding, error, false);
  }
}

async function startTarget(holding: Holding): Promise<DutyFact> {
  const { seen } = holding;
  if (seen.target === undefined) return matches;
  const primary = seen.primary === undefined ? 0 : seen.workload.replicas(seen.primary);
  const size = wakeReplicas(0, primary, scalerMin(seen));
  await patchObject(
    holding,
    seen.workload.resource,
    seen.target,
    seen.workload.scalePatch(seen.target, size),
  );
  const { target } = seen.names;
  return moving(waitFor('workload', 'CanaryStarting', `${target} is being scaled up`, { name: target }).wait);
}

const moving = (wait: Wait): DutyFact => ({ state: 'moving', wait });

async function stopTarget(holding: Holding, routes: RoutesFact): Promise<DutyFact> {
  const { seen } = holding;
  const refusal = refuseScaleDown(holding, routes) ?? (await lookAtServer(holding));
  if (refusal !== undefined) return moving(refusal);
  clearWarning(holding, 'ScaleDownHeld');
  const refused = await change(holding, /* guard: a-scaler-is-paused-before-its-target-stops */ pauseScaler);
  if (refused !== undefined) return refused;
  // guard: who-scales-a-resting-target-up-is-told
  sayScaledUp(holding);
  if (seen.target !== undefined)
    await patchObject(holding, seen.workload.resource, seen.target, seen.workload.scalePatch(seen.target, 0));
  return matches;
}

/** Something scaled the idle target up, usually a GitOps tool that applies `replicas`. It will on every sync, so warn once. */
function sayScaledUp(holding: Holding): void {
  const { seen, status } = holding;
  if (status.phase !== 'Initialized' && status.phase !== 'Succeeded') return;
  const field = seen.workload.sizing === 'replicas' ? 'replicas' : 'nodeSelector';
  const { target } = seen.names;
  warnOnce(
    holding,
    'TargetScaledUp',
    `${target} was scaled up while no run is on, and is stopped again; whoever applies it should leave its ${field} out`,
  );
}

/** Restores the pause of a scaler: a GitOps tool may remove the annotation, and the scaler would start the idle target. */
async function keepPaused(holding: Holding): Promise<DutyFact> {
  const { seen, deps } = holding;
  // Should the scaler be waking it this very moment: it is all there is.
  const { primary } = readReadySides(deps, seen.namespace, seen.names);
  // guard: the-last-copy-is-not-paused
  if (!primary) return matches;
  const refused = await change(holding, /* guard: a-pause-that-was-taken-away-comes-back */ pauseScaler);
  return refused ?? matches;
}

function scalerMin({ scaling }: Seen): number | undefined {
  return scaling?.target === undefined ? undefined : scaling.scaler.minReplicas(scaling.target);
}

/** Why the target must not be stopped now; undefined when the primary serves and no traffic is left at the canary. */
function refuseScaleDown(holding: Holding, routes: RoutesFact): Wait | undefined {
  const { seen, deps } = holding;
  const { target, primary } = seen.names;
  // guard: scale-down-needs-a-primary
  // guard: first-scale-down-waits-for-the-primary
  if (!readReadySides(deps, seen.namespace, seen.names).primary) {
    const message = `${target} keeps running: ${primary} has no ready endpoints`;
    warnOnce(holding, 'ScaleDownHeld', message);
    return waitFor('workload', 'ScaleDownHeld', message, { name: primary }).wait;
  }
  // The usual order, and no warning: traffic first, then the pods.
  if (
    // guard: scale-down-after-traffic
    // guard: first-scale-down-waits-for-the-primary
    isTrafficThere(routes)
  )
    return undefined;
  const why = routes.problem ?? 'the gateway has not followed yet';
  const message = `${target} keeps running until its traffic has moved to ${primary}: ${why}`;
  return waitFor('routes', 'TrafficMoving', message).wait;
}
