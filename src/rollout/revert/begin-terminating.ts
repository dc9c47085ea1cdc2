import { isInitializing, isResting } from '../../rules/phases.ts';
import type { PassContext, Step } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { targetToRevert } from './target-to-revert.ts';

/** Nothing is asked any more; who waits for the end of a run that was on is told that this is it. */
export const beginTerminating: Step = {
  name: 'begin-terminating',
  run(context) {
    const { draft, deps, world } = context;
    const { phase, run } = draft.status;
    // guard: deletion-asks-nothing
    deps.inquiries.forget(world.key);
    if (phase === 'Terminating') return 'continue';
    const isRunning = run !== undefined && !isResting(phase) && !isInitializing(phase);
    if (isRunning) {
      draft.status = { ...draft.status, run: { ...run, cause: 'the Canary was deleted' } };
      draft.ended = { result: 'withdrawn', analysis: 'completed' };
    }
    enterPhase(context, 'Terminating');
    announce(
      context,
      'Normal',
      'Terminating',
      `${world.canary.metadata.name} is deleted: ${world.names.target} takes over from ${world.names.primary}`,
    );
    warnOfUnpromoted(context);
    return 'decided';
  },
};

/** The target is what its owner wrote last, judged or not. */
function warnOfUnpromoted(context: PassContext): void {
  const { draft, world } = context;
  const { lastPromotedSpec, run } = draft.status;
  // A process that has just begun may not have read the configuration yet: then it is what the last run was about.
  const revision = world.revision ?? run?.revision;
  const isPromoted = revision === undefined || revision === lastPromotedSpec;
  if (lastPromotedSpec === undefined || isPromoted || targetToRevert(context) === undefined) return;
  const { target, primary } = world.names;
  announce(
    context,
    'Warning',
    'RevertsToUnpromoted',
    `${target} is not the revision that was promoted, and gets all traffic; ${primary} served ${(world.primary ? world.workload.images(world.primary) : []).join(', ')}`,
  );
}
