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

/** The arguments of a decision: what `look` saw, the results of the duties, and the draft to change. */
export interface Moment<P extends PlaceId = PlaceId> {
  readonly seen: Seen;
  readonly held: Held;
  readonly draft: Draft<P>;
  /** Read-only: a decision changes it through an effect of the draft. */
  readonly memory: CanaryMemory;
  readonly deps: DecideDeps;
}

/**
 * `next`: this decision does not apply, try the next one. `decided`: the draft holds the decision; the order is carried
 * out, the draft is recorded, and the pass starts over. A wait ends the pass, after its order is carried out.
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
