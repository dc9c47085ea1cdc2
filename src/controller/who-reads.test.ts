import { describe, expect, it } from 'vitest';
import type { AnyKubeObject, ResourceType } from '../api/kube-object.ts';
import {
  deployments,
  endpointSlices,
  horizontalPodAutoscalers,
  metricTemplates,
  services,
} from '../api/resources.ts';
import { createCanaryIndex } from './who-reads.ts';

const canary = (
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
  namespace = 'test',
): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name, namespace, uid: `uid-${name}` },
  spec: { targetRef: { kind: 'Deployment', name }, ...spec },
});

const object = (name: string, metadata: Partial<AnyKubeObject['metadata']> = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Any',
  metadata: { name, namespace: 'test', ...metadata },
});

describe('who reads an object', () => {
  const index = createCanaryIndex();
  const readers = (resource: ResourceType, changed: AnyKubeObject): readonly string[] =>
    index.readersOf(resource, changed).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

  const metrics = [{ templateRef: { name: 'rate', namespace: 'shared' } }, { templateRef: { name: 'rate' } }];
  const autoscalerRef = { kind: 'HorizontalPodAutoscaler', name: 'shop-hpa' };
  index.put(canary('shop', { service: { name: 'web' }, autoscalerRef, analysis: { metrics } }));
  index.put(canary('cart'));
  index.put(canary('shop', {}, 'other'));

  it.each([
    ['the target', deployments, object('shop'), ['test/shop']],
    ['the primary', deployments, object('shop-primary'), ['test/shop']],
    ['a service of the apex', services, object('web-canary'), ['test/shop']],
    [
      'endpoints of a service',
      endpointSlices,
      object('web-x7', { labels: { 'kubernetes.io/service-name': 'web' } }),
      ['test/shop'],
    ],
    ['the scaler', horizontalPodAutoscalers, object('shop-hpa'), ['test/shop']],
    ["the primary's scaler", horizontalPodAutoscalers, object('shop-hpa-primary'), ['test/shop']],
    [
      'a scaler that was made for it under another name',
      horizontalPodAutoscalers,
      object('old', {
        ownerReferences: [{ apiVersion: 'v1', kind: 'Canary', name: 'cart', uid: 'uid-cart' }],
      }),
      ['test/cart'],
    ],
    ['a template of its own namespace', metricTemplates, object('rate'), ['test/shop']],
    [
      'a template of another namespace',
      metricTemplates,
      object('rate', { namespace: 'shared' }),
      ['test/shop'],
    ],
    ['a stranger', deployments, object('stranger'), []],
  ])('%s', (_what, resource, changed, expected) => {
    expect(readers(resource, changed)).toEqual(expected);
  });

  it('follows a canary that names another target, and forgets one that is gone', () => {
    index.put(canary('cart', { targetRef: { kind: 'Deployment', name: 'basket' } }));
    expect(readers(deployments, object('cart'))).toEqual([]);
    expect(readers(deployments, object('basket'))).toEqual(['test/cart']);
    expect(index.count('test')).toBe(2);

    index.remove(canary('cart'));
    expect(readers(deployments, object('basket'))).toEqual([]);
    expect(index.count('test')).toBe(1);
  });
});
