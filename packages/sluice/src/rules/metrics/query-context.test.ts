import { expect, test } from 'vitest';

import type { Canary } from '../../api/canary.ts';
import { queryContextOf } from './query-context.ts';

const canary: Canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'rollout', namespace: 'test' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    analysis: { interval: '1m', threshold: 1, stepWeight: 10 },
  },
};

test('without names of their own, service, ingress and route are called as the target, over one minute', () => {
  expect(queryContextOf(canary, { name: 'errors' })).toEqual({
    name: 'rollout',
    namespace: 'test',
    target: 'podinfo',
    service: 'podinfo',
    ingress: 'podinfo',
    route: 'podinfo',
    interval: '1m',
    variables: {},
    isForeign: false,
  });
});

test('names and variables that are given are used', () => {
  const named: Canary = {
    ...canary,
    spec: {
      ...canary.spec,
      service: { name: 'shop', port: 80 },
      ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'front' },
      routeRef: { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute', name: 'way' },
    },
  };
  const metric = { name: 'errors', interval: '30s', templateVariables: { dir: 'in' } };
  expect(queryContextOf(named, metric)).toMatchObject({
    service: 'shop',
    ingress: 'front',
    route: 'way',
    interval: '30s',
    variables: { dir: 'in' },
  });
});

test.each([
  [undefined, false],
  [{ name: 'errors' }, false],
  [{ name: 'errors', namespace: 'test' }, false],
  [{ name: 'errors', namespace: 'monitoring' }, true],
])('the template %j is of another namespace: %s', (templateRef, isForeign) => {
  const metric = { name: 'errors', ...(templateRef === undefined ? {} : { templateRef }) };
  expect(queryContextOf(canary, metric).isForeign).toBe(isForeign);
});
