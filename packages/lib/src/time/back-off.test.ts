import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff, createBackOff, withoutJitter } from './back-off.ts';

const range = { firstMs: 1000, maxMs: 30_000 };

describe('back-off', () => {
  it('doubles with each failure, up to its cap', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 5000].map((failures) => backOff(failures, range, withoutJitter));
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('never exceeds its cap nor falls below half of its step, in whole milliseconds', () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), unit, (failures, random) => {
        const step = Math.min(30_000, 1000 * 2 ** (failures - 1));
        const pause = backOff(failures, range, () => random);
        expect(pause).toBeLessThanOrEqual(step);
        expect(pause).toBeGreaterThanOrEqual(step / 2);
        expect(Number.isInteger(pause)).toBe(true);
      }),
    );
  });

  it('spreads those who failed together', () => {
    const [early, late] = [0, 0.5].map((random) => backOff(1, range, () => random));
    expect([early, late]).toEqual([500, 750]);
  });

  it('counts its failures, and starts over after a success', () => {
    const counting = createBackOff(range, withoutJitter);
    expect([counting.next(), counting.next(), counting.failures]).toEqual([1000, 2000, 2]);
    counting.reset();
    expect([counting.failures, counting.next()]).toEqual([0, 1000]);
  });
});
