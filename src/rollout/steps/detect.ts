import { isResting } from '../../rules/phases.ts';
import { shortRevision } from '../../rules/revision.ts';
import { configsStop, noteConfigs } from '../configs/config-state.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { forgetTimers } from '../memory.ts';
import { fallbackWeight, runsPromoted } from '../run/fallback-weight.ts';
import { firstPhase, newRun, resetCounters } from '../run/run-ends.ts';
import { noteRevision, runsAlready } from '../run/runs-already.ts';

/**
 * At rest nothing happens until the target is another revision than the one promoted and the one last acted
 * on. What was seen is recorded only by the write that acts on it, so a lost pass loses no revision.
 */
export const stopIfUnchanged: Step = {
  name: 'stop-if-unchanged',
  async run(context): Promise<StepResult> {
    const { draft, world } = context;
    const { status } = draft;
    if (!isResting(status.phase)) return 'continue';
    const unknown = configsStop(context);
    if (unknown !== undefined) return unknown;
    const promoted =
      world.revision === status.lastPromotedSpec &&
      // guard: at-rest-promoted-counts-only-where-the-primary-runs-it
      runsPromoted(world, status.lastPromotedSpec);
    if (
      world.revision === undefined ||
      promoted ||
      // guard: a-failed-revision-is-not-retried
      world.revision === status.lastAppliedSpec
    )
      return stop('revision', restingMessage(context));
    const run = newRun(context, world.revision, status.lastTransitionTime ?? '');
    if (status.run?.id === run.id) return 'continue';
    draft.status = { ...status, run, hooks: [] };
    noteConfigs(context);
    // guard: what-the-primary-runs-is-not-run-again
    if (runsAlready(context)) return skipRun(context);
    return firstPhase(context) === 'Progressing' ? startRun(context) : 'continue';
  },
};

/** What the primary runs already restarts nobody and asks nobody; it counts as promoted. */
async function skipRun(context: PassContext): Promise<StepResult> {
  const { draft, world } = context;
  await noteRevision(context);
  resetCounters(context);
  const cause = `${world.names.primary} runs just what ${world.names.target} is: nothing is to be promoted`;
  const { run } = draft.status;
  if (run !== undefined)
    draft.status = { ...draft.status, lastAppliedSpec: run.revision, run: { ...run, cause } };
  enterPhase(context, 'Finalising');
  announce(context, 'Normal', 'NothingToPromote', cause);
  return 'decided';
}

const restingMessage = (context: PassContext): string =>
  context.draft.status.phase === 'Failed'
    ? `the run failed; change ${context.world.names.target} to start another`
    : `nothing to do until ${context.world.names.target} changes`;

/** Scales up and begins the analysis: every gate before it is open. */
export function startRun(context: PassContext): StepResult {
  const { draft, world, memory } = context;
  const { run } = draft.status;
  if (run === undefined) return 'continue';
  draft.status = {
    ...draft.status,
    canaryWeight: fallbackWeight(context),
    iterations: 0,
    failedChecks: 0,
    lastAppliedSpec: run.revision,
    run: { ...run, notReadySince: new Date(world.now).toISOString() },
  };
  enterPhase(context, 'Progressing');
  announce(
    context,
    'Normal',
    'RunStarted',
    `New revision ${shortRevision(run.revision)} detected! Scaling up ${world.names.target}.${world.namespace}`,
  );
  draft.onRecorded.push(() => forgetTimers(memory));
  return 'decided';
}
