import { expect, test } from 'vitest';

import type { Canary, CanaryAnalysis, CanaryMetric, CanarySpec, CanaryWebhook } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { validateCanary } from './validate-canary.ts';
import type { KnownParts } from './validate-canary.ts';

const baseSpec: CanarySpec = {
  provider: 'gatewayapi:v1',
  targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
  service: { port: 9898 },
  analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
};

const canaryWith = (spec: Partial<CanarySpec>): Canary => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: { ...baseSpec, ...spec },
});

const template = (spec: unknown): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'MetricTemplate',
  metadata: { name: 'errors', namespace: 'test' },
  spec,
});

const known: KnownParts = {
  defaultProvider: 'kubernetes',
  isProvider: (name) => ['kubernetes', 'gatewayapi:v1'].includes(name),
  isWorkload: (kind) => kind === 'Deployment',
  isScaler: (kind) => kind === 'HorizontalPodAutoscaler',
  splitsTraffic: (provider) => provider !== 'kubernetes',
  isMetricProvider: (type) => type === 'prometheus',
  findMetricTemplate: ({ namespace, name }) => {
    if (`${namespace}/${name}` === 'test/errors') {
      return template({ provider: { type: 'prometheus' }, query: 'errors' });
    }
    if (name === 'foreign') return template({ provider: { type: 'datadog' }, query: 'errors' });
    if (name === 'broken') return template({ provider: { type: 'prometheus' } });
    if (name === 'holey') return template({ provider: { type: 'prometheus' }, query: 'HOLE' });
    return undefined;
  },
  renderQuery: (query, context) => {
    if (query === 'HOLE') throw new SluiceError(`no variable for ${context.target}`);
    return query;
  },
  minimumIntervalMs: 10_000,
};

const problemsOf = (spec: Partial<CanarySpec>, more: Partial<KnownParts> = {}): readonly string[] =>
  validateCanary(canaryWith(spec), { ...known, ...more }).problems.map(
    ({ field, value, message }) => `${field} | ${value} | ${message}`,
  );

const warningsOf = (spec: Partial<CanarySpec>): readonly string[] =>
  validateCanary(canaryWith(spec), known).warnings.map(
    ({ field, value, message }) => `${field} | ${value} | ${message}`,
  );

const analysis = (more: Partial<CanaryAnalysis>): Partial<CanarySpec> => ({
  analysis: { ...baseSpec.analysis, ...more },
});
/** Without the stepWeight of the others. */
const bare = (more: Partial<CanaryAnalysis>): Partial<CanarySpec> => ({
  analysis: { interval: '1m', threshold: 5, ...more },
});
const webhook = (more: Partial<CanaryWebhook>): Partial<CanarySpec> =>
  analysis({
    webhooks: [
      { name: 'gate', url: 'http://tester.test/' },
      { name: 'gate', url: 'http://x/', ...more },
    ],
  });
const metric = (more: Partial<CanaryMetric>): Partial<CanarySpec> =>
  analysis({ metrics: [{ name: 'own', thresholdRange: { max: 1 }, ...more }] });

test('a sound Canary has neither problems nor warnings', () => {
  expect(validateCanary(canaryWith({}), known)).toEqual({ problems: [], warnings: [] });
});

test.each<[string, Partial<CanarySpec>, string]>([
  [
    'an unknown provider is no Istio',
    { provider: 'istio' },
    'spec.provider | "istio" | this provider is not supported: name another one',
  ],
  [
    'an unknown kind of workload is no Deployment',
    { targetRef: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' } },
    'spec.targetRef.kind | "DaemonSet" | this kind of workload is not supported',
  ],
  [
    'an unsupported scaler is not passed over',
    { autoscalerRef: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'podinfo' } },
    'spec.autoscalerRef.kind | "ScaledObject" | this kind of scaler is not supported',
  ],
  ['a port out of range', { service: { port: 0 } }, 'spec.service.port | 0 | write a port from 1 to 65535'],
  [
    'a mirror to a Service without a port',
    { service: { port: 80, mirror: [{ backendRef: { name: 'shadow' } }] } },
    'spec.service.mirror[0].backendRef.port | absent | a Service needs a port',
  ],
  [
    'a mirror to nowhere',
    { service: { port: 80, mirror: [{}] } },
    'spec.service.mirror[0].backendRef | absent | this field is required',
  ],
  [
    'a metrics server that is no URL',
    { metricsServer: 'prometheus:9090' },
    'spec.metricsServer | "prometheus:9090" | write an absolute URL that begins with http:// or https://',
  ],
  [
    'an interval with something behind it',
    analysis({ interval: '1minute' }),
    'spec.analysis.interval | "1minute" | write a duration in seconds or minutes, such as "30s" or "1m"',
  ],
  [
    'a weight step of nothing',
    analysis({ stepWeight: 0 }),
    'spec.analysis.stepWeight | 0 | write a whole number from 1 to 100',
  ],
  [
    'no iterations',
    bare({ iterations: 0 }),
    'spec.analysis.iterations | 0 | write a whole number of at least 1',
  ],
  [
    'a maximum that is never reached',
    analysis({ maxWeight: 120 }),
    'spec.analysis.maxWeight | 120 | write a whole number from 1 to 100',
  ],
  ['no steps', bare({ stepWeights: [] }), 'spec.analysis.stepWeights | [] | write at least one weight'],
  [
    'a first step of nothing',
    bare({ stepWeights: [0, 10] }),
    'spec.analysis.stepWeights[0] | 0 | write a weight of at least 1',
  ],
  [
    'steps that do not grow',
    bare({ stepWeights: [1, 10, 10] }),
    'spec.analysis.stepWeights[2] | 10 | write more than 10: each step must be larger than the one before',
  ],
  [
    'one cookie for both sides',
    analysis({ sessionAffinity: { cookieName: 'side', primaryCookieName: 'side' } }),
    'spec.analysis.sessionAffinity.primaryCookieName | "side" | write another name than that of cookieName',
  ],
])('%s', (_case, spec, line) => {
  expect(problemsOf(spec)).toEqual([line]);
});

test.each<[string, Partial<CanaryWebhook>, string]>([
  [
    'a URL without a scheme, credentials masked',
    { url: 'ftp://user:hush@receiver/' },
    'url | "ftp://***@receiver/" | write an absolute URL that begins with http:// or https://',
  ],
  [
    'a timeout with something behind it',
    { timeout: '30seconds' },
    'timeout | "30seconds" | write a duration in seconds or minutes, such as "30s" or "1m"',
  ],
  ['a timeout before now', { timeout: '-1s' }, 'timeout | "-1s" | write a duration of at least 0s'],
  [
    'polling too often',
    { pollInterval: '500ms' },
    'pollInterval | "500ms" | write a duration of at least 1s',
  ],
])('webhooks: %s', (_case, more, line) => {
  expect(problemsOf(webhook(more))).toEqual([`spec.analysis.webhooks[1].${line}`]);
});

test('two webhooks of one name and type are fine, and so is a timeout of minutes', () => {
  expect(problemsOf(webhook({ timeout: '1m30s', pollInterval: '1s', url: 'https://x' }))).toEqual([]);
  expect(problemsOf(webhook({ timeout: '0s' }))).toEqual([]);
});

test.each<[string, Partial<CanaryMetric>, string]>([
  [
    'neither built in, nor a query, nor a template',
    {},
    'name | "own" | write request-success-rate or request-duration, or give the metric a templateRef or a query',
  ],
  [
    'a template that is not there',
    { templateRef: { name: 'nope' } },
    'templateRef | "test/nope" | name a MetricTemplate that exists',
  ],
  [
    'a template of another namespace is looked for there',
    { templateRef: { name: 'errors', namespace: 'shared' } },
    'templateRef | "shared/errors" | name a MetricTemplate that exists',
  ],
  [
    'a template of a back end we do not have',
    { templateRef: { name: 'foreign' } },
    'templateRef | "test/foreign" | correct the MetricTemplate: no provider of type datadog here',
  ],
  [
    'a template that is not valid itself',
    { templateRef: { name: 'broken' } },
    'templateRef | "test/broken" | correct the MetricTemplate: spec.query is absent: this field is required',
  ],
  [
    'a template with a hole',
    { templateRef: { name: 'holey' } },
    'templateRef | "test/holey" | no variable for podinfo',
  ],
  ['a query with a hole', { query: 'HOLE' }, 'query | "HOLE" | no variable for podinfo'],
  [
    'a range that nothing is in',
    { query: 'up', thresholdRange: { min: 2, max: 1 } },
    'thresholdRange | {min, max} | write a min that is not above max',
  ],
  [
    'looking back over nothing',
    { query: 'up', interval: '0s' },
    'interval | "0s" | write a duration of at least 1s',
  ],
])('metrics: %s', (_case, more, line) => {
  expect(problemsOf(metric(more))).toEqual([`spec.analysis.metrics[0].${line}`]);
});

test.each<[string, Partial<CanaryMetric>]>([
  ['built in', { name: 'request-success-rate' }],
  ['by query', { query: 'up' }],
  ['by template', { templateRef: { name: 'errors' } }],
])('metrics: one %s is sound', (_case, more) => {
  expect(problemsOf(metric(more))).toEqual([]);
});

test('without a service there is no port, and nothing to route to', () => {
  const { service: _service, ...spec } = baseSpec;
  const { problems } = validateCanary({ ...canaryWith({}), spec }, known);
  expect(problems).toEqual([
    { field: 'spec.service.port', value: 'absent', message: 'this field is required' },
  ]);
});

test('a canary that names no provider takes the default, and the message says where it comes from', () => {
  const { provider: _provider, ...spec } = baseSpec;
  const canary = { ...canaryWith({}), spec };
  expect(validateCanary(canary, { ...known, defaultProvider: 'gatewayapi:v1' }).problems).toEqual([]);
  const [problem] = validateCanary(canary, { ...known, defaultProvider: 'istio' }).problems;
  expect(problem?.value).toBe('"istio"');
  expect(problem?.message).toContain('-mesh-provider');
});

test('references to other namespaces are problems only where they are forbidden', () => {
  const spec = analysis({
    metrics: [{ name: 'own', threshold: 1, templateRef: { name: 'errors', namespace: 'test' } }],
    alerts: [{ name: 'chat', providerRef: { name: 'slack', namespace: 'shared' } }],
  });
  expect(problemsOf(spec)).toEqual([]);
  expect(problemsOf(spec, { noCrossNamespaceRefs: true })).toEqual([
    'spec.analysis.alerts[0].providerRef.namespace | "shared" | this installation allows references within the namespace only',
  ]);
});

test.each<[string, Partial<CanarySpec>, string]>([
  [
    'an interval below the floor',
    analysis({ interval: '5s' }),
    'spec.analysis.interval | "5s" | counts as 10s, the shortest interval here',
  ],
  ['a step over 100', bare({ stepWeights: [50, 110] }), 'spec.analysis.stepWeights[1] | 110 | counts as 100'],
  [
    'a metric that nobody bounded',
    analysis({ metrics: [{ name: 'request-duration' }] }),
    'spec.analysis.metrics[0].thresholdRange | absent | without thresholdRange and threshold every value above 0 fails',
  ],
  [
    'weights on a provider that has none',
    { ...analysis({}), provider: 'kubernetes' },
    'spec.analysis.iterations | absent | this provider cannot split traffic: 10 iterations are made; write the number you want',
  ],
  [
    'a match on a provider that cannot pick',
    { ...bare({ iterations: 3, match: [{ headers: { x: { exact: 'y' } } }] }), provider: 'kubernetes' },
    'spec.analysis.match | ["{headers}"] | this provider cannot pick requests, so the match does not count',
  ],
])('%s is only warned about', (_case, spec, line) => {
  expect(problemsOf(spec)).toEqual([]);
  expect(warningsOf(spec)).toEqual([line]);
});

test('everything wrong is told at once', () => {
  const spec = { provider: 'istio', ...webhook({ timeout: '1x', url: 'x' }) } satisfies Partial<CanarySpec>;
  expect(problemsOf(spec)).toHaveLength(3);
});
