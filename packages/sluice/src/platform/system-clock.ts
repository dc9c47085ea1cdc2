import type { Clock } from '@sluice/lib/ports/clock.ts';
import { createSteadyTime } from './steady-time.ts';

/** setTimeout fires at once above this, so longer waits are made of several. */
const longestTimeoutMs = 2 ** 31 - 1;

/** The machine's own time, without its jumps. Timers keep the process alive, so callers cancel them at shutdown. */
export function createSystemClock(): Clock {
  const now = createSteadyTime({ wall: () => Date.now(), steady: () => performance.now() });
  return {
    now,
    setTimer(delayMs, action) {
      let handle: NodeJS.Timeout;
      const arm = (remainingMs: number): void => {
        const partMs = Math.min(Math.max(0, remainingMs), longestTimeoutMs);
        handle = setTimeout(() => {
          if (remainingMs > partMs) arm(remainingMs - partMs);
          else action();
        }, partMs);
      };
      arm(delayMs);
      return () => {
        clearTimeout(handle);
      };
    },
  };
}
