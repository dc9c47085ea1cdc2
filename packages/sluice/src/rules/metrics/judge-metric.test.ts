import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinCheckOf, judgeMetric } from './judge-metric.ts';
import type { MetricCheck } from './judge-metric.ts';

const rate = 'request-success-rate';
const duration = 'request-duration';
const range = (min?: number, max?: number) => ({
  thresholdRange: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) },
});

describe('judgeMetric', () => {
  it.each<[MetricCheck, object, number, 'passed' | 'denied']>([
    [rate, { threshold: 99 }, 99, 'passed'],
    [rate, { threshold: 99 }, 98.99, 'denied'],
    [rate, { threshold: 99 }, 0, 'denied'],
    [rate, {}, 0, 'passed'],
    [rate, range(99), 99, 'passed'],
    [rate, range(99), 98.9, 'denied'],
    [rate, range(undefined, 99.5), 100, 'denied'],
    [rate, { threshold: 99, ...range(50) }, 60, 'passed'],
    [duration, { threshold: 500 }, 500, 'passed'],
    [duration, { threshold: 500 }, 500.9, 'passed'],
    [duration, { threshold: 500 }, 501, 'denied'],
    [duration, {}, 0.9, 'passed'],
    [duration, {}, 1, 'denied'],
    [duration, range(undefined, 500.9), 501, 'denied'],
    [duration, range(10.9), 10, 'passed'],
    [duration, range(10.9), 9.99, 'denied'],
    ['query', { threshold: 5 }, 5, 'passed'],
    ['query', { threshold: 5 }, 5.001, 'denied'],
    ['query', {}, 0, 'passed'],
    ['query', {}, 0.1, 'denied'],
    ['query', {}, -1, 'passed'],
    ['query', range(1, 2), 1, 'passed'],
    ['query', range(1, 2), 2, 'passed'],
    ['query', range(1, 2), 0.999, 'denied'],
    ['query', range(1, 2), 2.001, 'denied'],
    ['query', range(), 1e9, 'passed'],
    ['query', { threshold: 5 }, Number.POSITIVE_INFINITY, 'denied'],
    [rate, { threshold: 99 }, Number.NEGATIVE_INFINITY, 'denied'],
  ])('%s with %j and the value %d is %s', (check, bounds, value, verdict) => {
    expect(judgeMetric({ name: 'm', ...bounds }, check, value).verdict).toBe(verdict);
  });

  it('never takes no data for a value, whatever the bounds', () => {
    const bounds = fc.record({ threshold: fc.double() }, { requiredKeys: [] });
    const checks = fc.constantFrom<MetricCheck>(rate, duration, 'query');
    fc.assert(
      fc.property(bounds, checks, fc.constantFrom(undefined, Number.NaN), (metric, check, value) => {
        const judgement = judgeMetric({ name: 'm', ...metric }, check, value);
        expect(judgement.verdict).toBe('no-data');
        expect(judgement).not.toHaveProperty('value');
      }),
    );
  });

  it('says what was compared with what', () => {
    const message = (...args: Parameters<typeof judgeMetric>) => judgeMetric(...args).message;
    expect(message({ name: rate, threshold: 99 }, rate, 97.123)).toBe('request-success-rate 97.12% < 99%');
    expect(message({ name: duration, threshold: 500 }, duration, 612.7)).toBe(
      'request-duration 612ms > 500ms',
    );
    expect(message({ name: 'errors', ...range(0, 1) }, 'query', 0.5)).toBe('errors 0.5 >= 0 and <= 1');
    expect(message({ name: 'errors', ...range(undefined, 0) }, 'query', 0.001)).toBe('errors 0.001 > 0');
    expect(message({ name: rate, threshold: 99 }, rate, 98.999)).toBe('request-success-rate 98.999% < 99%');
    expect(message({ name: 'errors' }, 'query', undefined)).toContain('no values');
  });
});

describe('builtinCheckOf', () => {
  it('knows the two built-in checks by their exact names', () => {
    expect(builtinCheckOf(rate)).toBe(rate);
    expect(builtinCheckOf(duration)).toBe(duration);
    expect(builtinCheckOf('request-success-rate-2')).toBeUndefined();
  });
});
