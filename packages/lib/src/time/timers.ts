/** The timers of a clock; `ports/clock.ts` adds the time. */
export interface Timers {
  /** Calls `action` once after `delayMs` (0 and more); the answer cancels it. */
  setTimer(delayMs: number, action: () => void): CancelTimer;
}

export type CancelTimer = () => void;
