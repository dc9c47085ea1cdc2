import type { Readiness } from '../../ports/workload.ts';
import { isInitializing } from '../../rules/phases.ts';
import { primaryRevision } from '../../rules/revision.ts';
import { progressDeadlineMs } from '../../rules/timing.ts';
import { configsStop, noteConfigs } from '../configs/config-state.ts';
import { copyConfigs } from '../configs/copy-configs.ts';
import { primaryContext } from '../configs/primary-context.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce, enterPhase, warnOnce } from '../draft.ts';
import { primaryReadiness } from '../readiness.ts';
import { patchObject } from '../writing/write-object.ts';

export const waitPrimaryReady: Step = {
  name: 'wait-primary-ready',
  async run(context): Promise<StepResult> {
    const { draft, world } = context;
    if (!isInitializing(draft.status.phase)) return 'continue';
    const readiness = primaryReadiness(context);
    if (/* guard: primary-is-initialized-when-it-serves */ readiness.ready) return 'continue';
    // guard: a-first-revision-that-never-comes-up-is-replaced
    if (
      isOutdated(context) &&
      // guard: a-first-revision-that-comes-up-is-not-replaced
      hasNeverStarted(context, readiness)
    )
      return replaceFirst(context);
    if (readiness.stuck)
      warnOnce(
        context,
        'PrimaryNotReady',
        `${world.names.primary} does not become ready: ${readiness.message}`,
      );
    return stop('workload', `${world.names.primary} is not ready: ${readiness.message}`, {
      name: world.names.primary,
    });
  },
};

/** The target moved on from a first revision that nobody was ever served by. */
function isOutdated({ world }: PassContext): boolean {
  const made = world.primary && primaryRevision(world.primary);
  return made !== undefined && world.revision !== undefined && made !== world.revision;
}

/** A change while the first revision is still coming up waits for its analysis; one that never comes up is in its way. */
function hasNeverStarted(context: PassContext, { stuck }: Readiness): boolean {
  const { world, draft } = context;
  const deadline = Date.parse(draft.status.lastTransitionTime ?? '') + progressDeadlineMs(world.canary);
  if (world.now < deadline) context.wakeAt(deadline);
  return stuck || world.now >= deadline;
}

/** A first revision that never served is nothing to hold on to: the next one takes its place, unanalysed as it was. */
async function replaceFirst(context: PassContext): Promise<StepResult> {
  const { world } = context;
  const { target, primary, revision } = world;
  if (target === undefined || primary === undefined || revision === undefined) return 'continue';
  const held = await copyConfigs(context);
  if (held !== undefined) return held;
  const patch = world.workload.promotionPatch(target, primary, primaryContext(context, revision));
  await patchObject(context, world.workload.resource, primary, patch);
  return stop('workload', `${world.names.primary} is being updated`, { name: world.names.primary });
}

/** The primary serves and the target is at zero: from here on a change of the target starts a run. */
export const markInitialized: Step = {
  name: 'mark-initialized',
  run(context) {
    const { draft, world } = context;
    if (!isInitializing(draft.status.phase)) return 'continue';
    if (world.target !== undefined && world.workload.replicas(world.target) > 0) {
      return stop('workload', `${world.names.target} is being scaled down`, { name: world.names.target });
    }
    // What is tracked is recorded by this write or by none until the next run: a process that has just begun reads it first.
    if (world.configs.state === 'unknown') return configsStop(context) ?? 'continue';
    // What the primary was made from, not what the target is by now: a change meanwhile starts a run.
    const revision =
      // guard: a-change-while-initializing-starts-a-run
      (world.primary && primaryRevision(world.primary)) ?? world.revision ?? '';
    draft.status = {
      ...draft.status,
      lastAppliedSpec: revision,
      lastPromotedSpec: revision,
      canaryWeight: 0,
      failedChecks: 0,
      iterations: 0,
    };
    noteConfigs(context);
    enterPhase(context, 'Initialized');
    announce(
      context,
      'Normal',
      'Initialized',
      `Initialization done! ${world.names.primary} serves ${world.names.apex}`,
    );
    return 'decided';
  },
};
