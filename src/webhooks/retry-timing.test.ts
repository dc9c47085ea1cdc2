import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, parseRetryAfter } from './retry-timing.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('`%s` is a pause of %s ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});

describe('back-off', () => {
  it('never exceeds its cap nor falls below half of its step', () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), unit, (failures, random) => {
        const step = Math.min(30_000, 1000 * 2 ** (failures - 1));
        const pause = backoffMs(failures, { firstMs: 1000, maxMs: 30_000 }, () => random);
        expect(pause).toBeLessThanOrEqual(step);
        expect(pause).toBeGreaterThanOrEqual(Math.floor(step / 2));
      }),
    );
  });
});
