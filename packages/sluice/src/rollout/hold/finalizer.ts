import { canaries } from '../../api/resources.ts';
import { wantedFinalizers } from '../../rules/run/finalizer.ts';
import { patchObject } from '../carry-out/write-object.ts';
import type { DutyFact } from '../held.ts';
import { blockedBy, matches } from './holding.ts';
import type { Holding } from './holding.ts';

/** Writes the finalizer of `spec.revertOnDeletion` before the first object that would have to be reverted. */
export async function holdFinalizer(holding: Holding): Promise<DutyFact> {
  const { canary, raw } = holding.seen;
  const finalizers = wantedFinalizers(canary);
  if (finalizers === undefined) return matches;
  try {
    await patchObject(holding, canaries, raw, { metadata: { finalizers } });
    return matches;
  } catch (error) {
    // A controller that may not write it still guards the routes and runs revisions.
    return blockedBy(holding, error, false);
  }
}
