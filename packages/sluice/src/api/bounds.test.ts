import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { bounds, longestRenderedQuery, longestSpec, mostValues } from './bounds.ts';
import { showValue } from './field-problem.ts';
import { parseCanary, salvageCanary } from './parse-canary.ts';
import { parseAlertProvider, parseMetricTemplate } from './parse-provider.ts';

const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' };
const analysis = { interval: '1m', threshold: 5, stepWeight: 10 };
const webhook = { name: 'gate', url: 'http://gate.test/' };
const many = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);
const entries = (count: number, length: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x'.repeat(length)]));

const canaryWith = (analysisPart: object, spec: object = {}): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: { targetRef, service: { port: 80 }, analysis: { ...analysis, ...analysisPart }, ...spec },
});

function fieldsOf(canary: AnyKubeObject): readonly string[] {
  // As JSON has it: without the keys that hold nothing.
  const parsed = parseCanary(JSON.parse(JSON.stringify(canary)) as AnyKubeObject);
  return 'problems' in parsed ? parsed.problems.map(({ field }) => field) : [];
}

describe('bounds of a Canary that was stored under a CRD without them', () => {
  it.each<[string, (size: number) => object, number, string]>([
    [
      'URL',
      (size) => ({ webhooks: [{ ...webhook, url: `http://${'x'.repeat(size - 7)}` }] }),
      bounds.url,
      'webhooks[0].url',
    ],
    [
      'query',
      (size) => ({ metrics: [{ name: 'x', query: 'x'.repeat(size) }] }),
      bounds.query,
      'metrics[0].query',
    ],
    [
      'variable',
      (size) => ({ metrics: [{ name: 'x', templateVariables: entries(1, size) }] }),
      bounds.value,
      'metrics[0].templateVariables.key0',
    ],
    [
      'number of variables',
      (size) => ({ metrics: [{ name: 'x', templateVariables: entries(size, 1) }] }),
      bounds.partEntries,
      'metrics[0].templateVariables',
    ],
    ['number of webhooks', (size) => ({ webhooks: many(size, webhook) }), bounds.parts, 'webhooks'],
    ['number of metrics', (size) => ({ metrics: many(size, { name: 'x' }) }), bounds.parts, 'metrics'],
    [
      'shell command in metadata',
      (size) => ({ webhooks: [{ ...webhook, metadata: entries(1, size) }] }),
      bounds.longValue,
      'webhooks[0].metadata.key0',
    ],
    [
      'name of a webhook',
      (size) => ({ webhooks: [{ ...webhook, name: 'x'.repeat(size) }] }),
      bounds.name,
      'webhooks[0].name',
    ],
    ['duration', (size) => ({ interval: `${'1'.repeat(size - 1)}s` }), bounds.duration, 'interval'],
    [
      'key',
      (size) => ({ webhooks: [{ ...webhook, metadata: { ['k'.repeat(size)]: 'x' } }] }),
      bounds.key,
      'webhooks[0].metadata',
    ],
    [
      'number of steps',
      (size) => ({ stepWeight: undefined, stepWeights: many(size, 1) }),
      bounds.items,
      'stepWeights',
    ],
  ])('%s: at its bound it is valid, one more is a problem of that field', (_what, part, most, field) => {
    expect(fieldsOf(canaryWith(part(most)))).toEqual([]);
    expect(fieldsOf(canaryWith(part(most + 1)))).toEqual([`spec.analysis.${field}`]);
  });

  it('a text counts characters, as the API server counts them', () => {
    const emoji = (count: number) => ({
      webhooks: [{ ...webhook, metadata: { a: '\u{1f6a6}'.repeat(count) } }],
    });
    expect(fieldsOf(canaryWith(emoji(bounds.longValue)))).toEqual([]);
    expect(fieldsOf(canaryWith(emoji(bounds.longValue + 1)))).toHaveLength(1);
  });

  it('the problem says what is allowed, and quotes no long text', () => {
    const parsed = parseCanary(canaryWith({ webhooks: [{ ...webhook, url: 'x'.repeat(5000) }] }));
    expect('problems' in parsed && parsed.problems).toEqual([
      {
        field: 'spec.analysis.webhooks[0].url',
        value: '"(5000 characters)"',
        message: 'write text of at most 2048 characters',
      },
    ]);
    expect(showValue(`http://user:${'x'.repeat(5000)}@gate.test/`)).not.toContain('xxx');
  });

  it('a spec whose parts are in bounds can be too large as a whole, and keeps its brakes', () => {
    const metadata = entries(bounds.partEntries, 1000);
    const canary = canaryWith({ webhooks: many(5, { ...webhook, metadata }), metrics: [{ name: 'x' }] });
    const parsed = parseCanary(canary);
    expect('problems' in parsed && parsed.problems).toMatchObject([
      { field: 'spec', message: expect.stringContaining(`at most ${longestSpec} characters`) },
    ]);
    const salvaged = salvageCanary(canary)?.spec;
    expect(salvaged?.targetRef).toEqual(targetRef);
    expect(salvaged?.analysis).toEqual({ ...analysis, metrics: [{ name: 'x' }] });
  });

  it('a spec can have too many values, the largest part is named', () => {
    const headers = Object.fromEntries(
      Array.from({ length: 250 }, (_, index) => [`x${index}`, { exact: 'y' }]),
    );
    const canary = canaryWith({}, { service: { port: 80, match: many(30, { headers }) } });
    const parsed = parseCanary(canary);
    expect('problems' in parsed && parsed.problems).toMatchObject([
      {
        field: 'spec',
        message: `write at most ${mostValues} fields and items; the largest part is spec.service.match`,
      },
    ]);
    expect(salvageCanary(canary)?.spec.service).toEqual({ port: 80 });
  });

  it('of a map with thousands of wrong entries, the rest of the spec is salvaged', () => {
    const wrong = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, index]));
    const metrics = [{ name: 'x', templateVariables: wrong }];
    expect(salvageCanary(canaryWith({ metrics, webhooks: [webhook] }))?.spec.analysis).toEqual({
      ...analysis,
      webhooks: [webhook],
    });
  });
});

it('docs/reference/limits.md says each of them', async () => {
  const page = await readFile(new URL('../../../../docs/reference/limits.md', import.meta.url), 'utf8');
  const said = new Set(page.matchAll(/\| (\d+) /g).map(([, number]) => Number(number)));
  const all = [...Object.values(bounds), longestSpec, longestRenderedQuery, mostValues];
  expect(all.filter((bound) => !said.has(bound))).toEqual([]);
});

describe('bounds of the objects beside it', () => {
  const object = (spec: object): AnyKubeObject => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name: 'x', namespace: 'test' },
    spec,
  });

  it('a MetricTemplate', () => {
    const provider = { type: 'prometheus', address: 'http://prometheus:9090' };
    const long = parseMetricTemplate(object({ provider, query: 'x'.repeat(bounds.query + 1) }));
    expect('problems' in long && long.problems).toMatchObject([{ field: 'spec.query' }]);
    expect(parseMetricTemplate(object({ provider, query: 'x'.repeat(bounds.query) }))).toHaveProperty(
      'template',
    );
  });

  it('an AlertProvider', () => {
    const long = parseAlertProvider(object({ type: 'slack', address: `http://${'x'.repeat(bounds.url)}` }));
    expect('problems' in long && long.problems).toMatchObject([{ field: 'spec.address' }]);
  });
});
