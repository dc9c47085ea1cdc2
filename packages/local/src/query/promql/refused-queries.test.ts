import { expect, it } from 'vitest';
import { load, results, run, series } from '../../../../../test/support/rigs/promql-bench.ts';

const samples = load([
  series('requests', { path: 'a\nb', host: `${'a'.repeat(60)}!` }, 1, 2),
  series('errors', { code: '5.3' }, 3),
]);

it.each<[string, unknown]>([
  ['# one\n1 # two\n+ # three\n2 # four', '3'],
  ['#\n1', '1'],
  ['sum(# which\nerrors # here\n) by # and\n(code) # end', [[{ code: '5.3' }, '3']]],
  ['errors{code="5.3"} # "', [[{ __name__: 'errors', code: '5.3' }, '3']]],
  ['errors{# first\ncode="5.3" # second\n}', [[{ __name__: 'errors', code: '5.3' }, '3']]],
  ['count(errors{code!="#"})', [[{}, '1']]],
  ['count(errors{code!=`# "`})', [[{}, '1']]],
  ['count(errors{code=~"(?i)5[.]3"})', [[{}, '1']]],
  ['count(errors{code=~"5\\\\.3"})', [[{}, '1']]],
  ['count(errors{code=~`5\\.3`})', [[{}, '1']]],
  ['count(errors{code=~"5\\x2e3"})', [[{}, '1']]],
  ['count(errors{code=~"5\\u002e3"})', [[{}, '1']]],
  ['count(errors{code=~"5\\0563"})', [[{}, '1']]],
  ["count(errors{code=~'[[:digit:]].3'})", [[{}, '1']]],
  ['count(requests{path=~"a.b"})', [[{}, '1']]],
  ['count(requests{path="a\\nb"})', [[{}, '1']]],
  ['count_over_time(requests[1h1m1s1ms])', expect.any(Array)],
])('%s means what it means to Prometheus', (query, value) => {
  expect(results(query, samples)).toEqual(value);
});

it.each([
  ['# only a comment', 'the query is empty'],
  ['errors{code=~"5\\.3"}', 'unknown escape'],
  ['errors{code="\\d"}', 'unknown escape'],
  ['errors{code=~"("}', "no regular expression in Go's syntax"],
  ['errors{code=~"a(?=b)"}', "no regular expression in Go's syntax"],
  ['errors{code=~"(a)\\\\1"}', "no regular expression in Go's syntax"],
  ['errors{code=~"a)|(b"}', "no regular expression in Go's syntax"],
  ['{}', 'vector selector must contain at least one non-empty matcher'],
  ['{code=~".*"}', 'vector selector must contain at least one non-empty matcher'],
  ['errors{__name__="x"}', 'metric name must not be set twice'],
  ['rate(requests[0s])', 'duration must be greater than 0'],
  ['rate(requests[1s1m])', ''],
  ['rate(requests[1m1m])', ''],
  ['rate(requests[abc5s])', 'parse error'],
  [`${'('.repeat(5000)}1${')'.repeat(5000)}`, 'nested deeper than 500 levels'],
  [`${'-'.repeat(5000)}errors`, 'nested deeper than 500 levels'],
])('%s is refused', (query, sentence) => {
  const body = run(query, samples);
  expect(body).toMatchObject({ status: 'error', errorType: 'bad_data' });
  expect((body as { readonly error: string }).error).toContain(sentence);
});

// A backtracking engine would still be at it: this test would not end.
it('an expression made against a backtracking engine ends', () => {
  expect(results('count(requests{host=~"(a+)+"}) or vector(0)', samples)).toEqual([[{}, '0']]);
});
