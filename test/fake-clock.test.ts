import { describe, expect, it } from 'vitest';
import { createFakeClock } from './support/fakes/fake-clock.ts';

describe('the fake clock', () => {
  it('fires due timers in the order of their time, each at its own time', async () => {
    const clock = createFakeClock(0);
    const fired: string[] = [];
    clock.setTimer(3000, () => fired.push(`c ${clock.now()}`));
    clock.setTimer(1000, () => fired.push(`a ${clock.now()}`));
    clock.setTimer(1000, () => fired.push(`b ${clock.now()}`));
    await clock.advance('2s');
    expect(fired).toEqual(['a 1000', 'b 1000']);
    expect(clock.now()).toBe(2000);
    await clock.advance(1000);
    expect(fired).toEqual(['a 1000', 'b 1000', 'c 3000']);
  });

  it('lets promises settle between timers, so that what one starts may set the next', async () => {
    const clock = createFakeClock(0);
    const ticks: number[] = [];
    const tick = async (): Promise<void> => {
      await Promise.resolve();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      ticks.push(clock.now());
      clock.setTimer(10_000, () => void tick());
    };
    clock.setTimer(10_000, () => void tick());
    await clock.advance('1m5s');
    expect(ticks).toEqual([10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  });

  it('does not fire what was cancelled, and counts what is left', async () => {
    const clock = createFakeClock();
    const cancel = clock.setTimer(10, () => {
      throw new Error('fired');
    });
    clock.setTimer(1_000_000, () => undefined);
    cancel();
    await clock.advance('1m');
    expect(clock.pending).toBe(1);
  });

  it('refuses what is no duration', async () => {
    await expect(createFakeClock().advance('1 minute')).rejects.toThrow('not a duration');
  });
});
