/** The part of a clock that waits; `ports/clock.ts` has the whole one. */
export interface Timers {
  /** Calls `action` once after `delayMs` (0 and more); the answer cancels it. */
  setTimer(delayMs: number, action: () => void): CancelTimer;
}

export type CancelTimer = () => void;
