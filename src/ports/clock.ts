import type { Timers } from '../lib/timers.ts';

export type { CancelTimer } from '../lib/timers.ts';

/** Time, so that tests can hold it still. Milliseconds since the Unix epoch everywhere. */
export interface Clock extends Timers {
  now(): number;
}
