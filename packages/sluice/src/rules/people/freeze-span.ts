/** A time in which no run starts. */
export interface FreezeSpan {
  readonly name: string;
  /** Why, for people; may be empty. */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Milliseconds since the epoch. */
  readonly to: number;
}

/** The span that is in force at `now` and ends last. */
export const activeSpan = (spans: readonly FreezeSpan[], now: number): FreezeSpan | undefined =>
  spans.filter(({ from, to }) => from <= now && now < to).toSorted((one, other) => other.to - one.to)[0];
