import { vi } from 'vitest';

/** Not expect.poll: of tests that run side by side it may only be called by their own `expect`. */
export const until = async (
  met: () => boolean | Promise<boolean>,
  timeoutMs: number = 40_000,
): Promise<void> => {
  await vi.waitUntil(met, { timeout: timeoutMs, interval: 50 });
};
