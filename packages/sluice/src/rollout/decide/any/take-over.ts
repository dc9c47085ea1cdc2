import type { Serving } from '../../../api/canary-status.ts';
import { announce } from '../../draft.ts';
import type { Ownership } from '../../ownership.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment } from '../decision.ts';

/**
 * An object that was there first is written only once status says that it is taken over, and its owner was told: one event
 * each, which says what is changed of it.
 */
export const takeOver: Decision = {
  name: 'take-over',
  run(moment) {
    const { seen, draft } = moment;
    draft.status = { ...draft.status, serving: withTaken(moment, draft.status.serving ?? seen.serving) };
    return decided;
  },
};

/** `serving` with what is taken over from now on, each of which is said. */
export function withTaken(moment: Moment, serving: Serving): Serving {
  const { claimable } = moment.seen.ownership;
  for (const { message } of claimable) announce(moment, 'Normal', 'TakenOver', message);
  const taken = [...new Set([...(serving.taken ?? []), ...claimable.map(idOf)])].toSorted();
  return taken.length === 0 ? serving : { ...serving, taken };
}

/** What another program kept for this Canary is its by that; nothing is changed of it but what that program would change. */
export function withLeft(serving: Serving, { foreign }: Ownership): Serving {
  const taken = [...new Set([...(serving.taken ?? []), ...[...foreign.values()].map(idOf)])].toSorted();
  return taken.length === 0 ? serving : { ...serving, taken };
}

const idOf = ({ id }: { readonly id: string }): string => id;
