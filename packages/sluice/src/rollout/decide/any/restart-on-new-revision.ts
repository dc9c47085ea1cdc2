import { isUndecided } from '../../../rules/run/phases.ts';
import { primaryRevision, shortRevision } from '../../../rules/run/revision.ts';
import { toTime } from '../../../rules/run/timing.ts';
import { announce, enterPhase } from '../../draft.ts';
import type { RunPlace } from '../../draft.ts';
import { decided } from '../decision.ts';
import type { Decided, Decision, Moment } from '../decision.ts';
import { runsPromoted } from '../../look/runs-promoted.ts';
import { firstPhase, newRun, noteConfigs, resetCounters } from '../run/run-ends.ts';
import { startHeld } from '../people/hold-start.ts';
import { runsAlready } from '../run/runs-already.ts';

/**
 * A run belongs to one revision. When the target moves on, its open questions are cancelled, traffic goes
 * back to the primary and a new run begins from its first gate. A target put back to what the primary runs
 * ends the run instead.
 */
export const restartOnNewRevision: Decision<RunPlace> = {
  name: 'restart-on-new-revision',
  run(moment) {
    const { seen, draft } = moment;
    const { run, lastPromotedSpec } = draft.status;
    if (seen.revision === undefined || seen.revision === run.revision) return 'next';
    // guard: a-primary-that-was-touched-is-not-left
    if (
      !isUndecided(draft.status.phase) &&
      // guard: promotion-in-vain-restarts
      !isPromotingInVain(moment)
    )
      return 'next';
    // guard: put-back-ends-the-run
    if (
      seen.revision === lastPromotedSpec &&
      // guard: promoted-counts-only-where-the-primary-runs-it
      runsPromoted(seen, lastPromotedSpec)
    )
      return withdraw(moment);
    if (/* guard: put-back-ends-the-run */ !runsAlready(moment)) return restart(moment, seen.revision);
    return { ...withdraw(moment), order: 'note-revision' };
  },
};

/** The promotion was decided, the primary is still untouched, and the target no longer has the analysed revision. */
function isPromotingInVain({ draft, seen }: Moment<RunPlace>): boolean {
  if (draft.status.phase !== 'Promoting') return false;
  return seen.primary === undefined || primaryRevision(seen.primary) !== draft.status.run.revision;
}

function restart(moment: Moment<RunPlace>, revision: string): Decided {
  const { draft, seen } = moment;
  const before = draft.status.run.revision;
  resetCounters(moment);
  draft.status = {
    ...draft.status,
    // guard: old-answers-are-of-another-run
    hooks: [],
    lastAppliedSpec: revision,
  };
  const run = newRun(seen, draft.status, revision, toTime(seen.now));
  noteConfigs(moment);
  const phase =
    startHeld(moment, revision) === undefined
      ? firstPhase(seen)
      : /* guard: a-newer-revision-starts-in-no-freeze */ 'Waiting';
  draft.status = {
    ...draft.status,
    run: phase === 'Progressing' ? { ...run, notReadySince: run.startedAt } : run,
  };
  enterPhase(moment, phase);
  announce(
    moment,
    'Normal',
    'RevisionSuperseded',
    `New revision ${shortRevision(revision)} detected during the run of ${shortRevision(before)}, starting over`,
  );
  return decided;
}

function withdraw(moment: Moment<RunPlace>): Decided {
  const { draft, seen } = moment;
  resetCounters(moment);
  const cause = `${seen.names.target} was put back to the revision that the primary runs`;
  const { run } = draft.status;
  if (seen.revision !== undefined) {
    draft.status = {
      ...draft.status,
      run: { ...run, revision: seen.revision, cause },
      lastAppliedSpec: seen.revision,
    };
    noteConfigs(moment);
  }
  enterPhase(moment, 'Finalising');
  announce(moment, 'Normal', 'RevisionWithdrawn', `${cause}; nothing is left to promote`);
  return decided;
}
