import type { Serving } from '../../../api/canary-status.ts';
import { announce } from '../../draft.ts';
import type { Ownership } from '../../ownership.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment } from '../decision.ts';

/**
 * Takes over objects that existed before the Canary. The status records each before the first write, and one event per
 * object says what changes.
 */
export const takeOver: Decision = {
  name: 'take-over',
  run(moment) {
    const { seen, draft } = moment;
    draft.status = { ...draft.status, serving: withTaken(moment, draft.status.serving ?? seen.serving) };
    return decided;
  },
};

/** `serving` with the objects that are taken over from now on. */
export function withTaken(moment: Moment, serving: Serving): Serving {
  const { claimable } = moment.seen.ownership;
  for (const { message } of claimable) announce(moment, 'Normal', 'TakenOver', message);
  const taken = [...new Set([...(serving.taken ?? []), ...claimable.map(idOf)])].toSorted();
  return taken.length === 0 ? serving : { ...serving, taken };
}

/** Objects that Flagger kept for this Canary belong to it; they change only as Flagger would change them. */
export function withLeft(serving: Serving, { foreign }: Ownership): Serving {
  const taken = [...new Set([...(serving.taken ?? []), ...[...foreign.values()].map(idOf)])].toSorted();
  return taken.length === 0 ? serving : { ...serving, taken };
}

const idOf = ({ id }: { readonly id: string }): string => id;
