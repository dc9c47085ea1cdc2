import { isUndecided } from '../../rules/phases.ts';
import { primaryRevision, shortRevision } from '../../rules/revision.ts';
import { toTime } from '../../rules/timing.ts';
import { noteConfigs } from '../configs/config-state.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { runsPromoted } from '../run/fallback-weight.ts';
import { firstPhase, newRun, resetCounters } from '../run/run-ends.ts';
import { noteRevision, runsAlready } from '../run/runs-already.ts';

/**
 * A run belongs to one revision. When the target moves on, its open questions are cancelled, traffic goes
 * back to the primary and a new run begins from its first gate. A target put back to what the primary runs
 * ends the run instead.
 */
export const restartOnNewRevision: Step = {
  name: 'restart-on-new-revision',
  async run(context): Promise<StepResult> {
    const { world, draft } = context;
    const { run } = draft.status;
    if (run === undefined || world.revision === undefined || world.revision === run.revision)
      return 'continue';
    // guard: a-primary-that-was-touched-is-not-left
    if (
      !isUndecided(draft.status.phase) &&
      // guard: promotion-in-vain-restarts
      !isPromotingInVain(context)
    )
      return 'continue';
    const { lastPromotedSpec } = draft.status;
    // guard: put-back-ends-the-run
    if (
      world.revision === lastPromotedSpec &&
      // guard: promoted-counts-only-where-the-primary-runs-it
      runsPromoted(world, lastPromotedSpec)
    )
      return withdraw(context);
    if (/* guard: put-back-ends-the-run */ !runsAlready(context)) return restart(context, world.revision);
    await noteRevision(context);
    return withdraw(context);
  },
};

/** Promotion was decided, but the primary was not touched yet, and what was analysed is no longer there to copy. */
function isPromotingInVain(context: PassContext): boolean {
  const { draft, world } = context;
  if (draft.status.phase !== 'Promoting') return false;
  return world.primary === undefined || primaryRevision(world.primary) !== draft.status.run?.revision;
}

function restart(context: PassContext, revision: string): StepResult {
  const { draft, world } = context;
  const before = draft.status.run?.revision ?? '';
  resetCounters(context);
  draft.status = {
    ...draft.status,
    // guard: old-answers-are-of-another-run
    hooks: [],
    lastAppliedSpec: revision,
  };
  const run = newRun(context, revision, toTime(world.now));
  noteConfigs(context);
  const phase = firstPhase(context);
  draft.status = {
    ...draft.status,
    run: phase === 'Progressing' ? { ...run, notReadySince: run.startedAt } : run,
  };
  enterPhase(context, phase);
  announce(
    context,
    'Normal',
    'RevisionSuperseded',
    `New revision ${shortRevision(revision)} detected during the run of ${shortRevision(before)}, starting over`,
  );
  return 'decided';
}

function withdraw(context: PassContext): StepResult {
  const { draft, world } = context;
  resetCounters(context);
  const cause = `${world.names.target} was put back to the revision that the primary runs`;
  const { run } = draft.status;
  if (run !== undefined && world.revision !== undefined) {
    draft.status = {
      ...draft.status,
      run: { ...run, revision: world.revision, cause },
      lastAppliedSpec: world.revision,
    };
    noteConfigs(context);
  }
  enterPhase(context, 'Finalising');
  announce(context, 'Normal', 'RevisionWithdrawn', `${cause}; nothing is left to promote`);
  return 'decided';
}
