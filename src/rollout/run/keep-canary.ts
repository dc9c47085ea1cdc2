import type { PassContext, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';

/** The target is another revision already: the canary runs what nobody has judged. */
export const isSuperseded = ({ world, draft }: PassContext): boolean =>
  world.revision !== undefined && world.revision !== draft.status.run?.revision;

/** The primary took the new revision and does not come up: the canary is the safe copy, so it keeps all traffic. */
export function keepCanary(context: PassContext, reason: string, why: string): StepResult {
  const { world, draft } = context;
  // A canary that moved on was not judged: it gets traffic only where the guard finds nothing better.
  const keeps =
    world.router.capabilities.weights && /* guard: unjudged-canary-keeps-no-traffic */ !isSuperseded(context);
  const cause = `${why}${keeps ? `; ${world.names.target} gets all traffic` : ''}`;
  const { run } = draft.status;
  draft.status = {
    ...draft.status,
    canaryWeight: keeps ? /* guard: a-failed-promotion-leaves-traffic-at-the-canary */ 100 : 0,
    ...(run === undefined ? {} : { run: { ...run, cause } }),
  };
  enterPhase(context, 'Failed', cause.slice(0, 1024));
  announce(context, 'Warning', reason, cause);
  draft.ended = { result: 'failure', analysis: 'completed' };
  return 'decided';
}
