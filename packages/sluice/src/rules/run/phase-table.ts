import type { Phase } from '../../api/canary-status.ts';
import { advances } from './phase-table/advances.ts';
import { disturbances } from './phase-table/disturbances.ts';
import { edits } from './phase-table/edits.ts';
import { places } from './phase-table/places.ts';
import type { PlaceId } from './phase-table/places.ts';
import type { Transition } from './phase-table/transition.ts';

/**
 * The phases and the transitions between them, as data. docs/reference/phases.md is generated from it, and tests check
 * it as a model. The code of these rules is in packages/sluice/src/rollout/decide.
 */
export const phaseTable: readonly Transition[] = [...advances, ...disturbances, ...edits];

/** The place that a row leads to from `from`. */
export const destinationOf = (row: Transition, from: PlaceId): PlaceId => (row.to === 'same' ? from : row.to);

/** Whether a status of phase `from` may be followed by one of phase `to`. */
export function mayFollow(from: Phase, to: Phase): boolean {
  if (from === to) return true;
  return phaseTable.some(
    (row) =>
      row.to !== 'same' && places[row.to].phase === to && row.from.some((id) => places[id].phase === from),
  );
}
