import { announce, enterPhase } from '../../draft.ts';
import { isNewRevision } from '../../look/revision.ts';
import { unknownConfigs } from '../../look/config-state.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { startHeld } from '../people/hold-start.ts';
import { newRun, noteConfigs, resetCounters } from '../run/run-ends.ts';
import { runsAlready } from '../run/runs-already.ts';
import { waitForDuties } from '../any/wait-for-duties.ts';

/**
 * Waits at rest until the target has a revision that was neither promoted nor acted on before. The revision is recorded
 * by the write that acts on it, so a lost pass loses no revision.
 */
export const stopIfUnchanged: Decision = {
  name: 'stop-if-unchanged',
  run(moment) {
    const { draft, seen } = moment;
    const { status } = draft;
    const unknown = unknownConfigs(seen);
    if (unknown !== undefined) return unknown;
    if (seen.revision === undefined || isNewRevision(seen, status) !== true) return rest(moment);
    const isSame = runsAlready(moment);
    const held = isSame ? undefined : startHeld(moment, seen.revision);
    if (held !== undefined) return held;
    const run = newRun(seen, status, seen.revision, status.lastTransitionTime ?? '');
    if (status.run?.id === run.id) return 'next';
    draft.status = { ...status, run, hooks: [] };
    noteConfigs(moment);
    // guard: what-the-primary-runs-is-not-run-again
    return isSame ? skipRun(moment) : 'next';
  },
};

/** The primary, or the size of the target, may still be changing. */
function rest(moment: Moment): Outcome {
  const waits = waitForDuties.run(moment);
  if (waits !== 'next') return waits;
  const { target } = moment.seen.names;
  const message =
    moment.draft.status.phase === 'Failed'
      ? `the run failed; change ${target} to start another`
      : `nothing to do until ${target} changes`;
  return waitFor('revision', 'Resting', message);
}

/** A revision that the primary runs already counts as promoted: no run, no hook, no restart. */
function skipRun(moment: Moment): Outcome {
  const { draft, seen } = moment;
  resetCounters(moment);
  const cause = `${seen.names.primary} runs just what ${seen.names.target} is: nothing is to be promoted`;
  const { run } = draft.status;
  if (run !== undefined)
    draft.status = { ...draft.status, lastAppliedSpec: run.revision, run: { ...run, cause } };
  enterPhase(moment, 'Finalising');
  announce(moment, 'Normal', 'NothingToPromote', cause);
  return { ...decided, order: 'note-revision' };
}
