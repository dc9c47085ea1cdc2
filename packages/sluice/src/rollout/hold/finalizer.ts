import { canaries } from '../../api/resources.ts';
import { wantedFinalizers } from '../../rules/run/finalizer.ts';
import { patchObject } from '../carry-out/write-object.ts';
import { objectsToRelease } from '../look/own-objects.ts';
import type { DutyFact } from '../held.ts';
import { blockedBy, matches } from './holding.ts';
import type { Holding } from './holding.ts';

/** Writes our finalizer before the first object that it stands for: one to revert, or to release with the Canary. */
export async function holdFinalizer(holding: Holding): Promise<DutyFact> {
  const { canary, raw, router } = holding.seen;
  const toRelease = objectsToRelease(canary, router, holding.deps.options.router);
  const finalizers = wantedFinalizers(
    canary,
    /* guard: objects-beyond-need-a-finalizer */ toRelease.length > 0,
  );
  if (finalizers === undefined) return matches;
  try {
    await patchObject(holding, canaries, raw, { metadata: { finalizers } });
    return matches;
  } catch (error) {
    // A controller that may not write it still guards the routes and runs revisions.
    return blockedBy(holding, error, false);
  }
}
