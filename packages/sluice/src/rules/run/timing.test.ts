import { describe, expect, it } from 'vitest';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import { analysisIntervalMs, failureThreshold, progressDeadlineMs, toTime } from './timing.ts';

const withInterval = (interval: string) => podinfoCanary({ analysis: { interval } });

describe('the analysis interval', () => {
  it('is what the spec says', () => {
    expect(analysisIntervalMs(withInterval('90s'), 10_000)).toBe(90_000);
    expect(analysisIntervalMs(withInterval('1m30s'), 10_000)).toBe(90_000);
  });

  it('is a minute when nothing is said', () => {
    expect(analysisIntervalMs(withInterval(''), 10_000)).toBe(60_000);
  });

  it('is never shorter than the controller allows', () => {
    expect(analysisIntervalMs(withInterval('1s'), 10_000)).toBe(10_000);
    expect(analysisIntervalMs(withInterval('1s'), 1_000)).toBe(1_000);
  });
});

it('the progress deadline is 600 s unless told', () => {
  expect(progressDeadlineMs(podinfoCanary())).toBe(600_000);
  expect(progressDeadlineMs(podinfoCanary({ spec: { progressDeadlineSeconds: 60 } }))).toBe(60_000);
});

it.each([
  [5, 5],
  [1, 1],
  [0, 1],
  [-3, 1],
])('a threshold of %i allows %i failed checks', (threshold, allowed) => {
  expect(failureThreshold(podinfoCanary({ analysis: { threshold } }))).toBe(allowed);
});

it('times are RFC 3339 in UTC', () => {
  expect(toTime(0)).toBe('1970-01-01T00:00:00.000Z');
});
