import { expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { countReadyEndpoints } from './ready-endpoints.ts';

const slice = (...conditions: readonly unknown[]): AnyKubeObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'podinfo-1' },
  endpoints: conditions.map((condition) => ({ addresses: ['10.0.0.1'], conditions: condition })),
});

it('ready endpoints are counted over all slices', () => {
  expect(countReadyEndpoints([slice({ ready: true }, { ready: false }), slice({ ready: true })])).toBe(2);
});

it('an endpoint that says nothing is ready, as the API defines it', () => {
  expect(countReadyEndpoints([slice(undefined, {})])).toBe(2);
});

it('one that is being stopped takes no new connections', () => {
  expect(countReadyEndpoints([slice({ ready: true, terminating: true })])).toBe(0);
});

it('no slices, and slices without endpoints, are none', () => {
  expect(countReadyEndpoints([])).toBe(0);
  expect(countReadyEndpoints([{ ...slice(), endpoints: null }])).toBe(0);
});
