import { describe, expect, it } from 'vitest';
import { createRouteTable } from '../../../../../test/contracts/router/route-table.ts';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import type { Canary } from '../../api/canary.ts';
import { services } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import type { DiscoveredPort } from '../../ports/workload.ts';
import { serviceOf } from './service-spec.ts';
import { renderServices } from './render-services.ts';

/** Both sides with the port of the spec, and with these discovered ones. */
function sidesOf(canary: Canary, discovered: readonly DiscoveredPort[] = []) {
  const port = serviceOf(canary);
  return {
    key: 'app',
    canary: { selector: { app: 'podinfo' }, port, discovered },
    primary: { selector: { app: 'podinfo-primary' }, port, discovered },
  };
}
const toolkit = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'helm.toolkit.fluxcd.io/driftDetection': 'disabled',
};

/** A namespace in which a pass writes the services of a canary, again and again. */
function createNamespace(existing?: Readonly<Record<string, unknown>>) {
  const table = createRouteTable();
  const read = (name: string) => table.read(services, { namespace: 'test', name });
  if (existing) table.change({ resource: services, object: apex }, { ...apex, ...existing });
  return {
    read,
    spec: (name: string) => asRecord(read(name)?.['spec']),
    write: (canary: Canary, ports: readonly DiscoveredPort[] = []) =>
      table.write(renderServices(canary, sidesOf(canary, ports), table.read)),
    change: (name: string, patch: unknown) => {
      const object = { ...apex, metadata: { ...apex.metadata, name } };
      table.change({ resource: services, object }, patch);
    },
    pending: (canary: Canary) =>
      renderServices(canary, sidesOf(canary), table.read).flatMap(
        ({ object }) => patchTo(read(object.metadata.name) ?? {}, object) ?? [],
      ),
  };
}

const apex = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'podinfo', namespace: 'test' } };

describe('the services of a canary', () => {
  it('are canary, primary and apex, in that order; the apex sends to the primary', () => {
    const rendered = renderServices(podinfoCanary(), sidesOf(podinfoCanary()), () => undefined);
    expect(
      rendered.map(({ object }) => [object.metadata.name, asRecord(object['spec'])['selector']]),
    ).toEqual([
      ['podinfo-canary', { app: 'podinfo' }],
      ['podinfo-primary', { app: 'podinfo-primary' }],
      ['podinfo', { app: 'podinfo-primary' }],
    ]);
  });

  it('have type ClusterIP, the port of the spec, labels, the marks for Flux and the Canary as owner', () => {
    const namespace = createNamespace();
    const primary = { labels: { team: 'x' }, annotations: { note: 'y' } };
    namespace.write(podinfoCanary({ service: { port: 80, targetPort: '9898', portName: 'web', primary } }));
    expect(namespace.read('podinfo-primary')).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'podinfo-primary',
        namespace: 'test',
        labels: { app: 'podinfo-primary', team: 'x' },
        annotations: { note: 'y', ...toolkit },
        ownerReferences: [
          {
            apiVersion: 'flagger.app/v1beta1',
            kind: 'Canary',
            name: 'podinfo',
            uid: 'canary-uid',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: {
        type: 'ClusterIP',
        selector: { app: 'podinfo-primary' },
        ports: [{ name: 'web', protocol: 'TCP', port: 80, targetPort: 9898 }],
      },
    });
  });

  it.each([
    [undefined, 9898],
    ['0', 9898],
    [0, 9898],
    ['http', 'http'],
    [8080, 8080],
  ])('take target port %j for %j', (targetPort, expected) => {
    const namespace = createNamespace();
    namespace.write(podinfoCanary({ service: targetPort === undefined ? {} : { targetPort } }));
    expect(namespace.spec('podinfo')['ports']).toMatchObject([{ targetPort: expected }]);
  });

  it('are headless, hint at distance, name the protocol and carry discovered ports when asked', () => {
    const namespace = createNamespace();
    const service = { headless: true, trafficDistribution: 'PreferClose', appProtocol: 'grpc' } as const;
    namespace.write(podinfoCanary({ service }), [{ name: 'metrics', port: 9797 }]);
    expect(namespace.spec('podinfo-canary')).toMatchObject({
      clusterIP: 'None',
      trafficDistribution: 'PreferClose',
      ports: [
        { name: 'http', appProtocol: 'grpc' },
        { name: 'metrics', protocol: 'TCP', port: 9797, targetPort: 9797 },
      ],
    });
  });

  it('are written once and then left alone, also with what the server filled in', () => {
    const namespace = createNamespace();
    namespace.write(podinfoCanary());
    namespace.change('podinfo', { spec: { clusterIP: '10.0.0.1', sessionAffinity: 'None' } });
    expect(namespace.pending(podinfoCanary())).toEqual([]);
  });

  it('are refused without spec.service, naming it', () => {
    const { service: _none, ...spec } = podinfoCanary().spec;
    const canary = { ...podinfoCanary(), spec };
    expect(() => renderServices(canary, sidesOf(podinfoCanary()), () => undefined)).toThrow('spec.service');
  });
});

describe('a service of ours', () => {
  it('loses labels and annotations that nobody asked for, except unmanaged ones', () => {
    const namespace = createNamespace();
    namespace.write(podinfoCanary());
    namespace.change('podinfo', {
      metadata: { labels: { a: '1', b: '2' }, annotations: { c: '3', d: '4' } },
    });
    namespace.write(podinfoCanary({ service: { unmanagedMetadata: { labels: ['a'], annotations: ['c'] } } }));
    expect(namespace.read('podinfo')?.metadata).toMatchObject({
      labels: { a: '1', app: 'podinfo' },
      annotations: { c: '3', ...toolkit },
    });
    expect(namespace.read('podinfo')?.metadata.labels).not.toHaveProperty('b');
    expect(namespace.read('podinfo')?.metadata.annotations).not.toHaveProperty('d');
  });

  it('follows the Canary that was deleted and created again', () => {
    const namespace = createNamespace();
    namespace.write(podinfoCanary());
    const again = { ...podinfoCanary(), metadata: { ...podinfoCanary().metadata, uid: 'second-uid' } };
    namespace.write(again);
    expect(namespace.read('podinfo')?.metadata.ownerReferences).toMatchObject([{ uid: 'second-uid' }]);
  });
});

describe('a service that others own', () => {
  const foreign = {
    metadata: { ...apex.metadata, labels: { theirs: 'x' }, annotations: { note: 'y' } },
    spec: {
      type: 'NodePort',
      selector: { app: 'podinfo', tier: 'front' },
      ports: [{ name: 'http', port: 9898, targetPort: 1, nodePort: 30_001 }],
    },
  };

  it('keeps its metadata, type and owner; ports and selector become ours, node ports stay', () => {
    const namespace = createNamespace(foreign);
    namespace.write(podinfoCanary());
    const { metadata, spec } = {
      metadata: namespace.read('podinfo')?.metadata,
      spec: namespace.spec('podinfo'),
    };
    const { 'sluice.dev/original': original = '', ...annotations } = metadata?.annotations ?? {};
    expect({ ...metadata, annotations }).toEqual({
      ...foreign.metadata,
      annotations: { note: 'y', ...toolkit },
    });
    expect(JSON.parse(original)).toMatchObject({
      spec: { selector: foreign.spec.selector, ports: foreign.spec.ports },
    });
    expect(spec).toEqual({
      type: 'NodePort',
      selector: { app: 'podinfo-primary' },
      ports: [{ name: 'http', protocol: 'TCP', port: 9898, targetPort: 9898, nodePort: 30_001 }],
    });
  });
});
