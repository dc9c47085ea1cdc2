import { expect, test } from 'vitest';
import { load, results, series } from '../../../../../test/support/rigs/promql-bench.ts';
import type { Labels } from '../labels.ts';

const http = (suffix: string, pod: string, labels: Labels, ...values: number[]): ReturnType<typeof series> =>
  series(
    `http_request_duration_seconds_${suffix}`,
    { kubernetes_namespace: 'test', kubernetes_pod_name: pod, ...labels },
    ...values,
  );

const selector = 'kubernetes_namespace="test",kubernetes_pod_name=~"podinfo-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"';

test("Flagger's built-in success rate counts the canary's pods and leaves out the primary's", () => {
  const samples = load([
    http('count', 'podinfo-6b8-x7', { status: '200' }, 0, 9, 18),
    http('count', 'podinfo-6b8-x7', { status: '503' }, 0, 1, 2),
    http('count', 'podinfo-primary-6b8-x7', { status: '500' }, 0, 100, 200),
  ]);
  const name = 'http_request_duration_seconds_count';
  const query = `
    sum(rate(${name}{${selector},status!~"5.*"}[1m]))
    / sum(rate(${name}{${selector}}[1m])) * 100`;
  expect(results(query, samples)).toEqual([[{}, '90']]);
});

test("Flagger's built-in duration is the 99th percentile of the canary's pods", () => {
  const samples = load([
    http('bucket', 'podinfo-6b8-x7', { le: '0.1', status: '200' }, 0, 99),
    http('bucket', 'podinfo-6b8-x7', { le: '0.5', status: '200' }, 0, 100),
    http('bucket', 'podinfo-6b8-x7', { le: '+Inf', status: '200' }, 0, 100),
  ]);
  const query = `histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{${selector}}[1m])) by (le))`;
  const [[, value]] = results(query, samples) as readonly [readonly [unknown, string]];
  expect(Number(value)).toBeCloseTo(0.1);
});

test('no traffic is no value, never a success rate of 0 or 100', () => {
  const name = 'http_request_duration_seconds_count';
  const query = `sum(rate(${name}{status!~"5.*"}[1m])) / sum(rate(${name}[1m])) * 100`;
  expect(results(query, load([]))).toEqual([]);
  const idle = load([http('count', 'podinfo-6b8-x7', { status: '200' }, 5, 5, 5)]);
  expect(results(query, idle)).toEqual([[{}, 'NaN']]);
});
