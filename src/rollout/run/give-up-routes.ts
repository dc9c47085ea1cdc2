import { progressDeadlineMs } from '../../rules/timing.ts';
import type { PassContext, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';

/**
 * Ends a promotion whose traffic does not come back to the primary within the progress deadline. The primary
 * runs the new revision; the canary stays for as long as requests reach it (size-target), and the routes are
 * still held to the primary, so the end heals by itself once they are followed.
 */
export function giveUpRoutes(context: PassContext): StepResult | undefined {
  const { draft, world, memory } = context;
  const { run } = draft.status;
  if (run === undefined || (memory.hold !== undefined && !memory.hold.alone)) return undefined;
  const deadline = Date.parse(run.phaseSince) + progressDeadlineMs(world.canary);
  if (/* guard: routes-have-a-deadline */ world.now < deadline) {
    context.wakeAt(deadline);
    return undefined;
  }
  const why = memory.routesProblem ?? `${world.names.primary} has no ready endpoints`;
  const cause = `${world.names.primary} runs the new revision, but its traffic did not come back in time: ${why}`;
  draft.status = {
    ...draft.status,
    canaryWeight: 0,
    lastAppliedSpec: run.revision,
    lastPromotedSpec: run.revision,
    run: { ...run, cause },
  };
  enterPhase(context, 'Failed', cause);
  announce(context, 'Warning', 'PromotionFailed', cause);
  draft.ended = { result: 'failure', analysis: 'completed' };
  return 'decided';
}
