import { primaryRevision } from '../../../rules/run/revision.ts';
import { primaryContext } from '../../look/primary-context.ts';
import { isPrimaryReady } from '../../look/readiness.ts';
import type { Moment } from '../decision.ts';

/**
 * Whether the primary serves just what the target is, by whatever name the revision goes: then there is nothing to
 * analyse, and nothing to promote. A primary that Flagger made does not say which configuration its pods read.
 */
export function runsAlready({ seen, deps }: Pick<Moment, 'seen' | 'deps'>): boolean {
  const { target, primary, revision, workload } = seen;
  if (target === undefined || primary === undefined || revision === undefined) return false;
  if (
    primaryRevision(primary) === undefined ||
    // guard: a-primary-that-does-not-serve-is-not-trusted
    !isPrimaryReady(seen)
  )
    return false;
  return workload.runsSame(target, primary, primaryContext({ seen, deps }, revision));
}
