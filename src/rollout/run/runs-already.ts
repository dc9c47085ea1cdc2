import { primaryRevision } from '../../rules/revision.ts';
import { primaryContext } from '../configs/primary-context.ts';
import type { PassContext } from '../context.ts';
import { isPrimaryReady } from '../readiness.ts';
import { patchObject } from '../writing/write-object.ts';

/**
 * Whether the primary serves just what the target is, by whatever name the revision goes: then there is nothing to
 * analyse, and nothing to promote. A primary that Flagger made does not say which configuration its pods read.
 */
export function runsAlready(context: PassContext): boolean {
  const { target, primary, revision, workload } = context.world;
  if (target === undefined || primary === undefined || revision === undefined) return false;
  if (
    primaryRevision(primary) === undefined ||
    // guard: a-primary-that-does-not-serve-is-not-trusted
    !isPrimaryReady(context)
  )
    return false;
  return workload.runsSame(target, primary, primaryContext(context, revision));
}

/** Notes the revision on the primary, as a promotion does; its pods stay. */
export async function noteRevision(context: PassContext): Promise<void> {
  const { target, primary, revision, workload } = context.world;
  if (target === undefined || primary === undefined || revision === undefined) return;
  const patch = workload.promotionPatch(target, primary, primaryContext(context, revision));
  if (Object.keys(patch).length > 0) await patchObject(context, workload.resource, primary, patch);
}
