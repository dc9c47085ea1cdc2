import { enterPhase } from '../../draft.ts';
import { withTaken } from '../any/take-over.ts';
import { decided } from '../decision.ts';
import type { Decision } from '../decision.ts';

/** The first write of a status: from here on the primary is built. */
export const begin: Decision<'new'> = {
  name: 'begin-initializing',
  run(moment) {
    moment.draft.status = { ...moment.draft.status, serving: withTaken(moment, moment.seen.serving) };
    enterPhase(moment, 'Initializing');
    return decided;
  },
};
