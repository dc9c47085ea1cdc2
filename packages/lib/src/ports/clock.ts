import type { Timers } from '../time/timers.ts';

export type { CancelTimer } from '../time/timers.ts';

/** Time, so that tests can hold it still. Milliseconds since the Unix epoch everywhere. */
export interface Clock extends Timers {
  now(): number;
}
