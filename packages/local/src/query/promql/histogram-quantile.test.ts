import { expect, test } from 'vitest';
import { load, results, series } from '../../../../../test/support/rigs/promql-bench.ts';
import type { Labels } from '../labels.ts';

const duration = (le: string, ...values: number[]): readonly [Labels, readonly (number | undefined)[]] =>
  series('d_bucket', { le }, ...values);

test.each<[string, number, readonly (readonly [string, number])[], string]>([
  [
    'lies inside a bucket by linear interpolation',
    0.5,
    [
      ['1', 0],
      ['2', 10],
      ['+Inf', 10],
    ],
    '1.5',
  ],
  [
    'starts at zero in the first bucket',
    0.5,
    [
      ['0.1', 10],
      ['+Inf', 10],
    ],
    '0.05',
  ],
  [
    'is the last bound when it lies above all',
    0.99,
    [
      ['0.1', 1],
      ['+Inf', 10],
    ],
    '0.1',
  ],
  [
    'is NaN without observations',
    0.99,
    [
      ['0.1', 0],
      ['+Inf', 0],
    ],
    'NaN',
  ],
  [
    'is NaN without a +Inf bucket',
    0.99,
    [
      ['0.1', 5],
      ['0.5', 5],
    ],
    'NaN',
  ],
  [
    'bears a bucket that dips',
    0.5,
    [
      ['0.1', 10],
      ['0.5', 9],
      ['+Inf', 10],
    ],
    '0.05',
  ],
])('a quantile %s', (_what, quantile, buckets, expected) => {
  const samples = load(buckets.map(([le, value]) => duration(le, value)));
  expect(results(`histogram_quantile(${quantile}, sum(d_bucket) by (le))`, samples)).toEqual([
    [{}, expected],
  ]);
});
