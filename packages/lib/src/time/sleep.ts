import type { Timers } from './timers.ts';

/** Resolves after `delayMs`, or at once when `signal` aborts; the caller checks the signal. Never rejects. */
export function sleep(clock: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.setTimer(delayMs, end);
    signal?.addEventListener('abort', end, { once: true });
  });
}
