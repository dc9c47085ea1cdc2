/** Time, so that tests can hold it still. Milliseconds since the Unix epoch everywhere. */
export interface Clock {
  now(): number;
  /** Calls `action` once after `delayMs` (0 and more); the answer cancels it. */
  setTimer(delayMs: number, action: () => void): CancelTimer;
}

export type CancelTimer = () => void;
