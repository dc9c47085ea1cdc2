import { expect, test } from 'vitest';

import { showValue } from './field-problem.ts';
import type { FieldProblem } from './field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { parseCanary } from './parse-canary.ts';

const goodSpec = {
  targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
  service: { port: 9898, targetPort: 'http' },
  analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
};

const canaryWith = (spec: unknown, more: Record<string, unknown> = {}): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec,
  ...more,
});

function problemsOf(spec: unknown): readonly FieldProblem[] {
  const parsed = parseCanary(canaryWith(spec));
  return 'problems' in parsed ? parsed.problems : [];
}

test('a good Canary comes back as the same object, unknown fields included', () => {
  const object = canaryWith({ ...goodSpec, canaryAnalysis: { old: true } });
  const parsed = parseCanary(object);
  expect('canary' in parsed && parsed.canary).toBe(object);
});

test.each<[string, unknown, FieldProblem]>([
  ['no spec', undefined, { field: 'spec', value: 'absent', message: 'write an object' }],
  [
    'no target',
    { analysis: goodSpec.analysis },
    { field: 'spec.targetRef', value: 'absent', message: 'this field is required' },
  ],
  [
    'a target of an unknown kind',
    { ...goodSpec, targetRef: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'podinfo' } },
    {
      field: 'spec.targetRef.kind',
      value: '"ReplicaSet"',
      message: 'write one of "DaemonSet", "Deployment", "Service", "StatefulSet"',
    },
  ],
  [
    'a fraction where only whole numbers make sense',
    { ...goodSpec, analysis: { ...goodSpec.analysis, stepWeight: 2.5 } },
    { field: 'spec.analysis.stepWeight', value: '2.5', message: 'write a whole number' },
  ],
  [
    'a port in quotes',
    { ...goodSpec, service: { port: '9898' } },
    { field: 'spec.service.port', value: '"9898"', message: 'write a number' },
  ],
  [
    'hours',
    { ...goodSpec, analysis: { ...goodSpec.analysis, interval: '1h' } },
    {
      field: 'spec.analysis.interval',
      value: '"1h"',
      message: 'write a duration in seconds or minutes, such as "30s" or "1m"',
    },
  ],
  [
    'a port out of range',
    { ...goodSpec, service: { port: 80, gatewayRefs: [{ name: 'public', port: 70_000 }] } },
    {
      field: 'spec.service.gatewayRefs[0].port',
      value: '70000',
      message: 'write a number of at most 65535',
    },
  ],
  [
    'a header matched in two ways at once',
    {
      ...goodSpec,
      analysis: {
        ...goodSpec.analysis,
        match: [{ headers: { 'x.user/kind': { exact: 'a', regex: 'b' } } }],
      },
    },
    {
      field: 'spec.analysis.match[0].headers[x.user/kind]',
      value: '{exact, regex}',
      message: 'write exactly one of exact, prefix, suffix and regex',
    },
  ],
  [
    'a load balancer of two kinds',
    {
      ...goodSpec,
      service: {
        port: 80,
        trafficPolicy: { loadBalancer: { simple: 'RANDOM', consistentHash: { useSourceIp: true } } },
      },
    },
    {
      field: 'spec.service.trafficPolicy.loadBalancer',
      value: '{simple, consistentHash}',
      message:
        'write either simple, or consistentHash with one of httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName',
    },
  ],
])('%s: one problem that names the field, the value and what is allowed', (_case, spec, problem) => {
  expect(problemsOf(spec)).toEqual([problem]);
});

test.each([
  ['iterations and stepWeight', { iterations: 3, stepWeight: 10 }],
  ['none of the three', {}],
])('%s: exactly one way to advance is wanted', (_case, ways) => {
  const [problem, ...rest] = problemsOf({ ...goodSpec, analysis: { interval: '1m', threshold: 1, ...ways } });
  expect(rest).toEqual([]);
  expect(problem?.field).toBe('spec.analysis');
  expect(problem?.message).toBe('write exactly one of iterations, stepWeight and stepWeights');
});

test('every wrong field is named in one go, webhooks by their place', () => {
  const webhooks = [
    { name: 'good', url: 'http://a' },
    { name: 'bad', url: 'http://user:hush@receiver/', type: 'confirm', timeout: 'soon', metadata: { a: 1 } },
    { name: 'urlless' },
  ];
  const fields = problemsOf({ ...goodSpec, analysis: { ...goodSpec.analysis, webhooks } }).map(
    ({ field }) => field,
  );
  expect(fields.toSorted()).toEqual([
    'spec.analysis.webhooks[1].metadata.a',
    'spec.analysis.webhooks[1].timeout',
    'spec.analysis.webhooks[1].type',
    'spec.analysis.webhooks[2]',
  ]);
});

test('a long wrong value is cut, and credentials in it are masked', () => {
  const webhooks = ['http://user:hush@receiver/', 'x'.repeat(500)];
  const problems = problemsOf({ ...goodSpec, analysis: { ...goodSpec.analysis, webhooks } });
  expect(problems[0]?.value).toBe('"http://***@receiver/"');
  expect(problems[1]?.value).toHaveLength(80);
});

test('of an object that does not fit, only the names of its fields are shown', () => {
  const provider = { type: 'slack', address: 'https://hooks/T0/hush', secretRef: { name: 'slack' } };
  expect(showValue(provider)).toBe('{type, address, secretRef}');
  expect(showValue([provider, 1])).toBe('["{type, address, secretRef}",1]');
});

test('an object wrong in a hundred places names ten of them', () => {
  const stepWeights = Array.from({ length: 100 }, () => 'x');
  expect(problemsOf({ ...goodSpec, analysis: { interval: '1m', threshold: 1, stepWeights } })).toHaveLength(
    10,
  );
});

test('a status with less than its four counters is filled up; an empty one is none', () => {
  const cut = parseCanary(canaryWith(goodSpec, { status: { phase: 'Progressing', foreign: 1 } }));
  expect('canary' in cut && cut.canary.status).toEqual({
    phase: 'Progressing',
    failedChecks: 0,
    canaryWeight: 0,
    iterations: 0,
    foreign: 1,
  });
  const empty = parseCanary(canaryWith(goodSpec, { status: {} }));
  expect('canary' in empty && empty.canary.status).toBeUndefined();
});

test('a status that makes no sense is a problem, not a crash', () => {
  const parsed = parseCanary(canaryWith(goodSpec, { status: { phase: 'Flying' } }));
  expect('problems' in parsed && parsed.problems[0]?.field).toBe('status.phase');
});
