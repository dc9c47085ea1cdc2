import { expect, test } from 'vitest';
import type { Labels } from '../labels.ts';
import { answerQuery } from '../query-answer.ts';
import { createSampleStore, type SampleStore } from '../sample-store.ts';

/** The moment of every query here; samples are given in seconds before or after it. */
const now = 1_700_000_000_000;

/** Like Prometheus' own test files: `values` are one second apart, the last one now. `undefined` is a gap. */
function load(series: readonly (readonly [Labels, readonly (number | undefined)[]])[]): SampleStore {
  const samples = createSampleStore({ retentionMs: 600_000, maxSeries: 1_000 });
  for (const [labels, values] of series) {
    values.forEach((value, index) => {
      const time = now - (values.length - 1 - index) * 1_000;
      if (value !== undefined) samples.append(labels, { time, value });
    });
  }
  return samples;
}

const series = (
  name: string,
  labels: Labels,
  ...values: (number | undefined)[]
): readonly [Labels, readonly (number | undefined)[]] => [{ __name__: name, ...labels }, values];

function run(query: string, samples: SampleStore): unknown {
  return answerQuery(new URLSearchParams({ query, time: `${now / 1_000}` }), samples, now).body;
}

/** Labels and value of each sample; a scalar as its text. */
function results(query: string, samples: SampleStore): unknown {
  const { data } = run(query, samples) as {
    readonly data: { readonly resultType: string; readonly result: unknown };
  };
  if (data.resultType === 'scalar') return (data.result as readonly unknown[])[1];
  return (
    data.result as readonly { readonly metric: Labels; readonly value: readonly [number, string] }[]
  ).map(({ metric, value }) => [metric, value[1]]);
}

const requests = load([
  series('requests', { pod: 'podinfo-1', status: '200' }, 0, 10, 20, 30, 40),
  series('requests', { pod: 'podinfo-2', status: '200' }, 0, 5, 10, 15, 20),
  series('requests', { pod: 'podinfo-1', status: '500' }, 0, 1, 2, 3, 4),
  series('temperature', { room: 'a' }, 20),
  series('temperature', { room: 'b' }, 25),
  series('broken', {}, Number.NaN),
]);

test.each<[string, unknown]>([
  ['1 + 2 * 3 ^ 2', '19'],
  ['-2 + 1', '-1'],
  ['-2 ^ 2', '-4'],
  ['+2 ^ 2', '4'],
  ['(-2) ^ 2', '4'],
  ['(1 + 2) * 3', '9'],
  ['7 % 4', '3'],
  ['1 / 0', '+Inf'],
  ['0 / 0', 'NaN'],
  ['0x10', '16'],
  ['vector(1)', [[{}, '1']]],
  ['scalar(vector(2)) + 1', '3'],
  ['time()', `${now / 1_000}`],
  ['2 > bool 1', '1'],
  ['temperature{room="a"}', [[{ __name__: 'temperature', room: 'a' }, '20']]],
  ['{__name__="temperature",room!="a"}', [[{ __name__: 'temperature', room: 'b' }, '25']]],
  ['temperature{room=~"a|c"}', [[{ __name__: 'temperature', room: 'a' }, '20']]],
  ['temperature{room!~"a.*"}', [[{ __name__: 'temperature', room: 'b' }, '25']]],
  ['temperature{absent=""} > 20', [[{ __name__: 'temperature', room: 'b' }, '25']]],
  [
    'temperature * 2',
    [
      [{ room: 'a' }, '40'],
      [{ room: 'b' }, '50'],
    ],
  ],
  [
    '100 - temperature',
    [
      [{ room: 'a' }, '80'],
      [{ room: 'b' }, '75'],
    ],
  ],
  [
    'temperature > bool 20',
    [
      [{ room: 'a' }, '0'],
      [{ room: 'b' }, '1'],
    ],
  ],
  [
    'temperature / temperature',
    [
      [{ room: 'a' }, '1'],
      [{ room: 'b' }, '1'],
    ],
  ],
  ['sum(temperature)', [[{}, '45']]],
  ['avg(temperature)', [[{}, '22.5']]],
  ['min(temperature)', [[{}, '20']]],
  ['max(temperature)', [[{}, '25']]],
  ['count(temperature)', [[{}, '2']]],
  [
    'sum by (pod) (requests)',
    [
      [{ pod: 'podinfo-1' }, '44'],
      [{ pod: 'podinfo-2' }, '20'],
    ],
  ],
  [
    'sum without (pod) (requests)',
    [
      [{ status: '200' }, '60'],
      [{ status: '500' }, '4'],
    ],
  ],
  ['sum(requests) by (status) / on() group_right() vector(1)', undefined],
  ['nothing', []],
  ['sum(nothing)', []],
  ['sum(nothing) / sum(temperature)', []],
  ['sum(nothing) or vector(0)', [[{}, '0']]],
  ['sum(temperature) or vector(0)', [[{}, '45']]],
  ['temperature and on(room) temperature{room="b"}', [[{ __name__: 'temperature', room: 'b' }, '25']]],
  ['temperature unless temperature{room="b"}', [[{ __name__: 'temperature', room: 'a' }, '20']]],
  ['absent(nothing)', [[{}, '1']]],
  ['absent(temperature)', []],
  [
    'clamp_max(temperature, 22)',
    [
      [{ room: 'a' }, '20'],
      [{ room: 'b' }, '22'],
    ],
  ],
  ['broken', [[{ __name__: 'broken' }, 'NaN']]],
  ['broken * 2 + 1', [[{}, 'NaN']]],
  ['broken > 0', []],
  ['sum(broken)', [[{}, 'NaN']]],
  ['max(broken or temperature)', [[{}, '25']]],
])('%s', (query, expected) => {
  if (expected === undefined) expect(run(query, requests)).toMatchObject({ status: 'error' });
  else expect(results(query, requests)).toEqual(expected);
});

test.each<[string, readonly (number | undefined)[], string, string | undefined]>([
  ['grows by its slope', [10, 20, 30, 40, 50], 'rate(c[4s])', '10'],
  ['counts on after a reset', [10, 20, 5, 15, 25], 'increase(c[5s])', '43.75'],
  ['reaches the edges of its window when they are near', [10, 20, 30], 'increase(c[3s])', '30'],
  ['reaches half a gap further when they are far', [10, 20, 30], 'increase(c[10s])', '25'],
  ['never starts below zero', [1, 21, 41], 'increase(c[4s])', '41'],
  ['has no value for one sample', [10], 'rate(c[1m])', undefined],
  [
    'has no value for a window with one sample in it',
    [10, undefined, undefined, 20],
    'rate(c[2s])',
    undefined,
  ],
  ['is zero, and not absent, when nothing happens', [5, 5, 5], 'rate(c[1m])', '0'],
  ['looks at the last two samples only', [0, 100, 107], 'irate(c[1m])', '7'],
  ['shrinks as a gauge', [9, 6, 3], 'delta(c[2s])', '-6'],
  ['has an average', [1, 2, 6], 'avg_over_time(c[1m])', '3'],
  ['has a maximum', [1, 6, 2], 'max_over_time(c[1m])', '6'],
  ['was another one before', [1, 2, 3], 'c offset 2s', '1'],
])('a series %s', (_what, values, query, expected) => {
  const found = results(query, load([series('c', {}, ...values)])) as readonly (readonly [unknown, string])[];
  expect(found.map(([, value]) => value)).toEqual(expected === undefined ? [] : [expected]);
});

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

test.each([
  ['topk(2, temperature)', 'topk with a parameter is not supported'],
  ['label_replace(temperature, "a", "b", "c", "d")', 'StringLiteral'],
  ['predict_linear(temperature[1m], 1)', 'function predict_linear() is not supported'],
  ['rate(temperature[5m:1m])', 'SubqueryExpr'],
  ['temperature @ 5', '@ (temperature @ 5) is not supported'],
  ['a * on(x) group_left b', 'group_left/group_right is not supported'],
  ['sum(rate(temperature[1m])', 'parse error at character'],
  ['temperature{room=~"("}', 'regular expression ( cannot be read'],
  ['rate(temperature)', 'rate() needs a range vector'],
  ['sum(1)', 'sum needs an instant vector'],
  ['1 > 2', 'comparisons between scalars must use bool'],
  ['', 'the query is empty'],
])('%s is an error that says what is wrong', (query, message) => {
  expect(run(query, requests)).toEqual({
    status: 'error',
    errorType: 'bad_data',
    error: expect.stringContaining(message) as unknown,
  });
});

test('several series of the same labels on one side are an error, not a guess', () => {
  const query = 'requests / on(pod) requests';
  expect(answerQuery(new URLSearchParams({ query }), requests, now)).toMatchObject({
    status: 422,
    body: { errorType: 'execution' },
  });
});

test('a sample counts as present for five minutes and then no more', () => {
  const samples = load([series('old', {}, 1)]);
  const at = (seconds: number): unknown => {
    const parameters = new URLSearchParams({ query: 'old', time: `${now / 1_000 + seconds}` });
    return answerQuery(parameters, samples, now).body;
  };
  expect(at(299)).toMatchObject({ data: { result: [{ value: [expect.anything(), '1'] }] } });
  expect(at(301)).toMatchObject({ data: { result: [] } });
});
