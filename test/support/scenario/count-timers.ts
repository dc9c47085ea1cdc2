import type { Clock } from '@sluice/lib/ports/clock.ts';

export interface CountedClock extends Clock {
  /** Timers that were set through it and are still set. */
  readonly pending: number;
}

/** The same time for one of several who set timers: a test can show what this one leaves behind. */
export function countTimers(clock: Clock): CountedClock {
  const set = new Set<symbol>();
  return {
    now: () => clock.now(),
    setTimer(delayMs, action) {
      const timer = Symbol('timer');
      set.add(timer);
      const cancel = clock.setTimer(delayMs, () => {
        set.delete(timer);
        action();
      });
      return () => {
        set.delete(timer);
        cancel();
      };
    },
    get pending() {
      return set.size;
    },
  };
}
