import { describe, expect, it } from 'vitest';
import { describeTargetContract } from '../../../../test/contracts/workload.ts';
import { podinfoCanary } from '../../../../test/support/rigs/podinfo-objects.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { withoutAbsent } from '@sluice/lib/json/merge.ts';
import type { PrimaryContext } from '../ports/workload.ts';
import { findWorkload } from './index.ts';
import { service } from './service.ts';

const targetRef = { apiVersion: 'v1', kind: 'Service', name: 'podinfo' } as const;
const context: PrimaryContext = {
  canary: podinfoCanary({ spec: { targetRef } }),
  selectorLabels: ['app'],
  includeLabelPrefixes: ['app.io'],
  revision: 'v1:first',
  configNames: new Map(),
};

type Fields = Readonly<Record<string, unknown>>;

/** As an API server returns it. */
const target = (fields: Fields = {}, metadata: Partial<AnyKubeObject['metadata']> = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'podinfo', namespace: 'test', uid: 'target-uid', resourceVersion: '4', ...metadata },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.0.0.7',
    clusterIPs: ['10.0.0.7'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
    selector: { app: 'podinfo', version: 'one' },
    ports: [{ name: 'http', port: 9898, protocol: 'TCP', targetPort: 9898 }],
    ...fields,
  },
  status: { loadBalancer: {} },
});

describeTargetContract('Service', () => ({
  workload: service,
  target: target(),
  changed: target({ selector: { app: 'podinfo-next' } }),
  relabelled: target(
    { clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] },
    { labels: { team: 'x' }, annotations: { note: 'y' } },
  ),
  context,
}));

const specOf = (object: AnyKubeObject | undefined) => asRecord(withoutAbsent(object?.['spec']));
const canaryCopy = (of: AnyKubeObject, existing?: AnyKubeObject) =>
  service.ownServices(of, context, () => existing)[0]?.object;

describe('a Service', () => {
  it('is found by its kind, and has neither pods nor size', () => {
    expect(findWorkload('Service')).toBe(service);
    expect(service.sizing).toBe('none');
    expect(service.selectors(target(), undefined, ['app'])).toBeUndefined();
    expect(service.configReferences(target())).toEqual([]);
    expect(service.readiness(target(), 100)).toMatchObject({ ready: true });
  });

  it('has a copy for the canary that always leads where it leads itself', () => {
    const copy = canaryCopy(target());
    expect(copy?.metadata.name).toBe('podinfo-canary');
    expect(copy?.metadata.ownerReferences).toMatchObject([{ kind: 'Canary', name: 'podinfo' }]);
    expect(specOf(copy)['selector']).toEqual({ app: 'podinfo', version: 'one' });
    const existing = { ...target(), metadata: { name: 'podinfo-canary', namespace: 'test' } };
    const next = canaryCopy(target({ selector: { app: 'podinfo-next' } }), existing);
    expect(asRecord(next?.['spec'])['selector']).toEqual({ app: 'podinfo-next', version: undefined });
  });

  it('keeps its address, its node ports and its load balancer to itself', () => {
    const open = target({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30_001,
      allocateLoadBalancerNodePorts: true,
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      ports: [{ name: 'http', port: 9898, protocol: 'TCP', targetPort: 9898, nodePort: 30_000 }],
    });
    for (const copy of [canaryCopy(open), service.buildPrimary(open, context)])
      expect(specOf(copy)).toEqual({
        type: 'ClusterIP',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        internalTrafficPolicy: 'Cluster',
        sessionAffinity: 'None',
        selector: { app: 'podinfo', version: 'one' },
        ports: [{ name: 'http', port: 9898, protocol: 'TCP', targetPort: 9898 }],
      });
  });

  it('without an address has copies without one, and one that leads outside, copies that do', () => {
    const headless = target({ clusterIP: 'None', clusterIPs: ['None'] });
    expect(specOf(canaryCopy(headless))).toMatchObject({ clusterIP: 'None' });
    const outside: AnyKubeObject = {
      ...target(),
      spec: { type: 'ExternalName', externalName: 'one.example' },
    };
    expect(specOf(service.buildPrimary(outside, context))).toEqual({
      type: 'ExternalName',
      externalName: 'one.example',
    });
  });

  it('hands on the labels that pass the prefixes, and the distribution of traffic that the Canary names', () => {
    const canary = podinfoCanary({ spec: { targetRef }, service: { trafficDistribution: 'PreferClose' } });
    const labels = { 'app.io/team': 'x', other: 'y' };
    const primary = service.buildPrimary(target({}, { labels }), { ...context, canary });
    expect(primary.metadata.labels).toEqual({ 'app.io/team': 'x' });
    expect(specOf(primary)).toMatchObject({ trafficDistribution: 'PreferClose' });
  });
});
