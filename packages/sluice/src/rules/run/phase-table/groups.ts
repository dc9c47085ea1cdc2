import { placeIds, places } from './places.ts';
import type { PlaceId } from './places.ts';

export const resting: readonly PlaceId[] = placeIds.filter((id) => places[id].kind === 'resting');
export const undecided: readonly PlaceId[] = ['waiting', 'analysing', 'waiting-promotion', 'confirmed'];
export const judged: readonly PlaceId[] = ['analysing', 'waiting-promotion', 'confirmed'];
/** Places where the primary is untouched, so the run can still end without a change of it. */
export const revocable: readonly PlaceId[] = [...undecided, 'copying'];
export const alive: readonly PlaceId[] = placeIds.filter((id) => places[id].kind !== 'terminal');
export const withoutRevert = alive.filter((id) => id !== 'terminating');
