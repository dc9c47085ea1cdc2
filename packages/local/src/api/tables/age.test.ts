import { describe, expect, it } from 'vitest';
import { ageOf, duration } from './age.ts';

const [minute, hour, day] = [60, 3600, 86_400];

describe('ages in tables', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [2 * minute, '2m'],
    [5 * minute + 3, '5m3s'],
    [10 * minute + 3, '10m'],
    [3 * hour + 12 * minute, '3h12m'],
    [30 * hour, '30h'],
    [2 * day + 5 * hour, '2d5h'],
    [100 * day, '100d'],
    [3 * 365 * day, '3y'],
  ])('%d seconds read %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('without a time are unknown, and never negative', () => {
    expect(ageOf(undefined, 0)).toBe('<unknown>');
    expect(ageOf('2026-01-01T00:00:10Z', Date.parse('2026-01-01T00:00:00Z'))).toBe('0s');
  });
});
