import type { CanaryStatus } from '../../api/canary-status.ts';
import type { PlaceId } from '../../rules/run/phase-table/places.ts';
import { primaryRevision } from '../../rules/run/revision.ts';
import type { Seen } from '../seen.ts';

/** Where a canary stands (rules/run/phase-table). Undefined: a run is on that has no record, so it has to be adopted. */
export function placeOf(
  { primary }: Pick<Seen, 'primary'>,
  { phase, run }: CanaryStatus,
): PlaceId | undefined {
  switch (phase) {
    case '':
      return 'new';
    case 'Initializing':
      return 'initializing';
    case 'Initialized':
      return 'initialized';
    case 'Succeeded':
      return 'succeeded';
    case 'Failed':
      return 'failed';
    case 'Terminating':
      return 'terminating';
    case 'Terminated':
      return 'terminated';
    case 'Waiting':
      return run && 'waiting';
    case 'Progressing':
      return run && (run.confirmPromotion === 'passed' ? 'confirmed' : 'analysing');
    case 'WaitingPromotion':
      return run && 'waiting-promotion';
    case 'Promoting':
      if (run?.undo !== undefined) return 'undoing';
      return run && (primary && primaryRevision(primary) === run.revision ? 'returning' : 'copying');
    case 'Finalising':
      return run && 'finalising';
  }
}
