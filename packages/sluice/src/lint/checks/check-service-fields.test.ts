import { describe, expect, it } from 'vitest';
import type { Canary, CanaryService } from '../../api/canary.ts';
import { findRouter, routers } from '../../routers/index.ts';
import { followedFields, routeFields } from './check-service-fields.ts';

const values: Pick<Required<CanaryService>, (typeof routeFields)[number]> = {
  gateways: ['public'],
  gatewayRefs: [{ name: 'other', namespace: 'far' }],
  hosts: ['app.example.com'],
  delegation: true,
  match: [{ uri: { prefix: '/shop' } }],
  rewrite: { uri: '/' },
  retries: { attempts: 3 },
  headers: { request: { add: { a: 'b' } } },
  mirror: [{ backendRef: { name: 'shadow', port: 80 } }],
  timeout: '5s',
  backendTimeout: '5s',
  corsPolicy: { allowOrigin: ['https://example.com'] },
  trafficPolicy: { tls: { mode: 'DISABLE' } },
  meshName: 'mesh',
  backends: ['other'],
};

const canary = (service: Partial<CanaryService>): Canary => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'test', uid: 'u' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 80, gatewayRefs: [{ name: 'gateway' }], ...service },
    analysis: { interval: '1m', threshold: 5, stepWeight: 10 },
  },
});

const rendered = (provider: string, service: Partial<CanaryService>): string =>
  JSON.stringify(
    findRouter(provider)?.render(
      {
        canary: canary(service),
        audience: { kind: 'everybody' },
        weights: { primary: 90, canary: 10 },
        mirror: false,
        ports: { primary: 80, canary: 80 },
      },
      () => undefined,
    ),
  );

describe('the fields that a provider follows', () => {
  it('are known of every router', () => {
    expect(Object.keys(followedFields).toSorted()).toEqual(routers.flatMap(({ names }) => names).toSorted());
  });

  it.each(
    Object.keys(followedFields).flatMap((provider) => routeFields.map((field) => [provider, field] as const)),
  )('are those that change its objects: %s %s', (provider, field) => {
    const changes = rendered(provider, { [field]: values[field] }) !== rendered(provider, {});
    expect(followedFields[provider]?.includes(field)).toBe(changes);
  });
});
