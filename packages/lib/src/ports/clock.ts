import type { Timers } from '../time/timers.ts';

export type { CancelTimer } from '../time/timers.ts';

/** Time, as a port that tests can control. Milliseconds since the Unix epoch everywhere. */
export interface Clock extends Timers {
  now(): number;
}
