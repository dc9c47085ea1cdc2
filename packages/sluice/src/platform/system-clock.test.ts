import { describe, expect, it } from 'vitest';
import { createSystemClock } from './system-clock.ts';

describe('the system clock', () => {
  it('tells the time and fires a timer once its time has come', async () => {
    const clock = createSystemClock();
    const before = clock.now();
    await new Promise<void>((resolve) => {
      clock.setTimer(20, resolve);
    });
    // Timers and the wall clock round differently by a millisecond.
    expect(clock.now() - before).toBeGreaterThanOrEqual(19);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
  });

  it('does not fire at once what is weeks away', async () => {
    const clock = createSystemClock();
    let fired = false;
    const cancelLong = clock.setTimer(60 * 24 * 3_600_000, () => (fired = true));
    const cancelled = clock.setTimer(1, () => (fired = true));
    cancelled();
    await new Promise<void>((resolve) => {
      clock.setTimer(10, resolve);
    });
    cancelLong();
    expect(fired).toBe(false);
  });
});
