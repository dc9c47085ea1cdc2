import { keptFor } from '../../rules/run/previous.ts';
import { putCopiesBack, readPrevious } from '../carry-out/keep-previous.ts';
import { patchObject } from '../carry-out/write-object.ts';
import type { DutyFact } from '../held.ts';
import { waitFor } from '../wait.ts';
import { matches } from './holding.ts';
import type { Holding } from './holding.ts';

/** Restores the previous version of the primary: the configuration first, as in a promotion. */
export async function undoCopy(holding: Holding): Promise<DutyFact> {
  const { seen, status } = holding;
  const { primary, workload, names } = seen;
  const { run } = status;
  const kept = primary && run && keptFor(primary, run.id);
  // Put back already: what was kept is no longer noted on it.
  if (primary === undefined || kept === undefined) return matches;
  const previous = await readPrevious(holding, kept);
  if (previous === undefined)
    return {
      state: 'blocked',
      bars: true,
      ...waitFor(
        'person',
        'PreviousMissing',
        `ControllerRevision ${seen.namespace}/${kept}, which holds what ${names.primary} ran before, is gone`,
      ),
    };
  await putCopiesBack(holding, kept, previous.copies);
  // guard: an-undone-primary-runs-what-it-ran
  await patchObject(holding, workload.resource, primary, workload.restorePatch(primary, previous.snapshot));
  const message = `${names.primary} is being put back to what it ran before`;
  return { state: 'moving', ...waitFor('workload', 'PrimaryUpdating', message, { name: names.primary }) };
}
