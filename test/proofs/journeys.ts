import { aborts } from './journeys/aborts.ts';
import { back } from './journeys/back.ts';
import { companions } from './journeys/companions.ts';
import { decisions } from './journeys/decisions.ts';
import { deletions } from './journeys/deletions.ts';
import { forward } from './journeys/forward.ts';
import type { Journey } from './journeys/journey.ts';

export const journeys: readonly Journey[] = [
  ...forward,
  ...back,
  ...aborts,
  ...decisions,
  ...companions,
  ...deletions,
];
