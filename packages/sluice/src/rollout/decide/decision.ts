import type { PlaceId } from '../../rules/run/phase-table/places.ts';
import type { Order } from '../carry-out/orders.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Draft } from '../draft.ts';
import type { Held } from '../held.ts';
import type { CanaryMemory } from '../memory.ts';
import type { Seen } from '../seen.ts';
import type { Waits } from '../wait.ts';

/** What decisions may use: no client, so a decision cannot write. */
export type DecideDeps = Omit<RolloutDeps, 'client'>;

/** What a decision is given: what was seen, what the duties came to, and the draft it changes. */
export interface Moment<P extends PlaceId = PlaceId> {
  readonly seen: Seen;
  readonly held: Held;
  readonly draft: Draft<P>;
  /** Read only: what has to change in it is an effect of the draft. */
  readonly memory: CanaryMemory;
  readonly deps: DecideDeps;
}

/**
 * `next`: nothing of this decision's, ask the next one. `decided`: the draft says what happens next; it is recorded once
 * the order, if there is one, is carried out, and the pass starts over. A wait ends the pass; its order is carried out, too.
 */
export type Outcome = 'next' | Decided | (Waits & { readonly order?: Order });

export interface Decided {
  readonly decided: true;
  readonly order?: Order;
}

export const decided: Decided = { decided: true };

export interface Decision<P extends PlaceId = PlaceId> {
  /** Verb-noun; shown as `status.waiting.step`. */
  readonly name: string;
  run(moment: Moment<P>): Outcome;
}
