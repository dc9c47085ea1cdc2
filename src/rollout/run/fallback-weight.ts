import { primaryRevision } from '../../rules/revision.ts';
import type { PassContext, World } from '../context.ts';
import { primaryReadiness } from '../readiness.ts';

/**
 * The canary share at which nothing of a run is at risk: 0, unless the primary is no safe place. After a
 * promotion that failed it holds a revision that never served, and the canary keeps what it has.
 */
export function fallbackWeight(context: PassContext): number {
  return isPrimarySafe(context)
    ? 0
    : // guard: unsafe-primary-gets-no-fallback
      context.draft.status.canaryWeight;
}

function isPrimarySafe(context: PassContext): boolean {
  return (
    runsPromoted(context.world, context.draft.status.lastPromotedSpec) ||
    // guard: primary-that-serves-is-a-safe-place
    primaryReadiness(context).ready
  );
}

/** Whether the primary was last given the revision that was last promoted. One that we did not make counts as such. */
export function runsPromoted(world: World, promoted: string | undefined): boolean {
  if (world.primary === undefined) return false;
  const revision = primaryRevision(world.primary);
  return revision === undefined || promoted === undefined || revision === promoted;
}
