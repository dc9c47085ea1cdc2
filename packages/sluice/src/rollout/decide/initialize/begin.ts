import { enterPhase } from '../../draft.ts';
import { withTaken } from '../any/take-over.ts';
import { unknownConfigs } from '../../look/config-state.ts';
import { decided } from '../decision.ts';
import type { Decision } from '../decision.ts';

/** Writes the first status; the next pass builds the primary. */
export const begin: Decision<'new'> = {
  name: 'begin-initializing',
  run(moment) {
    // Whose the copies of its configuration are is known once it is read.
    const unknown = moment.seen.configs.state === 'unknown' ? unknownConfigs(moment.seen) : undefined;
    if (unknown !== undefined) return unknown;
    moment.draft.status = { ...moment.draft.status, serving: withTaken(moment, moment.seen.serving) };
    enterPhase(moment, 'Initializing');
    return decided;
  },
};
