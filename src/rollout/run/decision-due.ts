import { isResting } from '../../rules/phases.ts';
import type { PassContext } from '../context.ts';

/**
 * Whether something is to be decided that must not wait until the world matches: a gate, the end of a promotion,
 * or a revision that nobody has judged. Otherwise whatever bars the way would bar every way out, too.
 */
export function isDecisionDue({ world, draft }: PassContext): boolean {
  const { phase, lastAppliedSpec, lastPromotedSpec } = draft.status;
  if (!isResting(phase)) return phase === 'Waiting' || phase === 'Finalising';
  const known = world.revision === lastAppliedSpec || world.revision === lastPromotedSpec;
  return world.revision !== undefined && !known;
}
