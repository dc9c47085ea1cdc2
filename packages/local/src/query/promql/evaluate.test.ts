import { expect, test } from 'vitest';
import { load, now, results, run, series } from '../../../../../test/support/rigs/promql-bench.ts';
import { answerQuery } from '../query-answer.ts';

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

test.each([
  ['topk(2, temperature)', 'topk with a parameter is not supported'],
  ['label_replace(temperature, "a", "b", "c", "d")', 'StringLiteral'],
  ['predict_linear(temperature[1m], 1)', 'function predict_linear() is not supported'],
  ['rate(temperature[5m:1m])', 'SubqueryExpr'],
  ['temperature @ 5', '@ (temperature @ 5) is not supported'],
  ['a * on(x) group_left b', 'group_left/group_right is not supported'],
  ['sum(rate(temperature[1m])', 'parse error at character'],
  ['temperature{room=~"("}', '(RE2): missing closing )'],
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
