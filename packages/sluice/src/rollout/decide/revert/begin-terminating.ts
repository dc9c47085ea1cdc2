import { isInitializing, isResting } from '../../../rules/run/phases.ts';
import { announce, enterPhase } from '../../draft.ts';
import { targetToRevert } from '../../look/target-to-revert.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment } from '../decision.ts';

/** Cancels open questions and announces the end of the current run. */
export const beginTerminating: Decision = {
  name: 'begin-terminating',
  run(moment) {
    const { draft, seen, deps } = moment;
    const { phase, run } = draft.status;
    // guard: deletion-asks-nothing
    deps.questions.forget(seen.key);
    if (phase === 'Terminating') return 'next';
    if (run !== undefined && !isResting(phase) && !isInitializing(phase)) {
      draft.status = { ...draft.status, run: { ...run, cause: 'the Canary was deleted' } };
      draft.ended = { result: 'withdrawn', analysis: 'completed' };
    }
    enterPhase(moment, 'Terminating');
    const { target, primary } = seen.names;
    announce(
      moment,
      'Normal',
      'Terminating',
      `${seen.canary.metadata.name} is deleted: ${target} takes over from ${primary}`,
    );
    warnOfUnpromoted(moment);
    return decided;
  },
};

/** The target gets the traffic in its latest version, analysed or not. */
function warnOfUnpromoted(moment: Moment): void {
  const { draft, seen } = moment;
  const { lastPromotedSpec, run } = draft.status;
  // After a restart the configuration may not be read yet: then it is what the last run was about.
  const revision = seen.revision ?? run?.revision;
  const isPromoted = revision === undefined || revision === lastPromotedSpec;
  if (lastPromotedSpec === undefined || isPromoted || targetToRevert(seen) === undefined) return;
  const { target, primary } = seen.names;
  const images = (seen.primary ? seen.workload.images(seen.primary) : []).join(', ');
  announce(
    moment,
    'Warning',
    'RevertsToUnpromoted',
    `${target} is not the revision that was promoted, and gets all traffic; ${primary} served ${images}`,
  );
}
