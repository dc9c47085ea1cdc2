import { expect, test } from 'vitest';

import { parseAlertProvider, parseMetricTemplate } from './parse-provider.ts';

const object = (kind: string, spec: unknown) => ({
  apiVersion: 'flagger.app/v1beta1',
  kind,
  metadata: { name: 'x', namespace: 'test' },
  spec,
});

test('a good MetricTemplate comes back as the same object', () => {
  const template = object('MetricTemplate', {
    provider: { type: 'prometheus', address: 'http://prometheus:9090', headers: { 'X-Scope': ['a', 'b'] } },
    query: 'up',
  });
  const parsed = parseMetricTemplate(template);
  expect('template' in parsed && parsed.template).toBe(template);
});

test('a MetricTemplate of an unknown back end names the field', () => {
  const parsed = parseMetricTemplate(object('MetricTemplate', { provider: { type: 'abacus' }, query: 'up' }));
  expect('problems' in parsed && parsed.problems.map(({ field }) => field)).toEqual(['spec.provider.type']);
});

test.each([
  ['an address', { type: 'slack', address: 'http://x' }, 'provider'],
  ['a secret', { type: 'slack', secretRef: { name: 'x' } }, 'provider'],
  ['both', { type: 'slack', address: 'http://x', secretRef: { name: 'x' } }, 'problems'],
  ['neither', { type: 'slack' }, 'problems'],
])('an AlertProvider with %s', (_case, spec, key) => {
  expect(Object.keys(parseAlertProvider(object('AlertProvider', spec)))).toEqual([key]);
});
