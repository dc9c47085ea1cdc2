import { describe, expect, it } from 'vitest';
import { configMap, deployment, fresh, pod, ref } from '../../../../test/support/rigs/store-bench.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  configMaps,
  customResourceDefinitions,
  deployments,
  namespaces,
  pods,
  replicaSets,
} from '@sluice/kube/objects/resources.ts';

describe('the store', () => {
  it('holds an object with a finalizer until that is taken off', () => {
    const store = fresh();
    const held = configMap('a');
    store.create(configMaps, { ...held, metadata: { ...held.metadata, finalizers: ['x/y'] } });
    store.delete(configMaps, ref('a'));
    const marked = store.get(configMaps, ref('a'))!;
    expect(marked.metadata.deletionTimestamp).toBe('2026-01-02T03:04:05Z');
    store.update(configMaps, { ...marked, metadata: { ...marked.metadata, finalizers: [] } });
    expect(store.get(configMaps, ref('a'))).toBeUndefined();
  });

  it('leaves a running pod to the kubelet, which ends it with a grace of 0', () => {
    const store = fresh();
    store.create(pods, pod({ nodeName: 'local', terminationGracePeriodSeconds: 5 }));
    store.delete(pods, ref('p'));
    expect(store.get(pods, ref('p'))?.metadata).toMatchObject({
      deletionGracePeriodSeconds: 5,
      deletionTimestamp: '2026-01-02T03:04:10Z',
    });
    store.delete(pods, ref('p'), { gracePeriodSeconds: 0 });
    expect(store.get(pods, ref('p'))).toBeUndefined();
  });

  it('removes a pod that no kubelet knows at once', () => {
    const store = fresh();
    store.create(pods, pod());
    store.delete(pods, ref('p'));
    expect(store.get(pods, ref('p'))).toBeUndefined();
  });

  it('removes what an object owned, and what those owned', () => {
    const store = fresh();
    const owner = store.create(deployments, deployment());
    const owned = (by: AnyKubeObject, object: AnyKubeObject): AnyKubeObject => ({
      ...object,
      metadata: {
        ...object.metadata,
        ownerReferences: [
          { apiVersion: by.apiVersion, kind: by.kind, name: by.metadata.name, uid: by.metadata.uid! },
        ],
      },
    });
    const set = store.create(
      replicaSets,
      owned(owner, { ...deployment(), kind: 'ReplicaSet', apiVersion: 'apps/v1' }),
    );
    store.create(pods, owned(set, pod()));
    store.delete(deployments, ref('d'), { propagationPolicy: 'Foreground' });
    expect(store.list(replicaSets)).toEqual([]);
    expect(store.list(pods)).toEqual([]);
    expect(store.get(deployments, ref('d'))).toBeUndefined();
  });

  it('compares owners by uid: one of the same name that came later owns nothing', () => {
    const store = fresh();
    store.create(deployments, deployment());
    const stray = pod();
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'd', uid: 'an-older-one' }];
    store.create(pods, { ...stray, metadata: { ...stray.metadata, ownerReferences } });
    expect(store.get(pods, ref('p'))).toBeUndefined();
  });

  it('tells of a deletion once, also when a listener deletes as well', () => {
    const store = fresh();
    const held = configMap('a');
    store.create(configMaps, { ...held, metadata: { ...held.metadata, finalizers: ['x/y'] } });
    const seen: string[] = [];
    store.subscribe(configMaps, ({ type }) => {
      seen.push(type);
      if (type === 'MODIFIED' && store.get(configMaps, ref('a'))) store.delete(configMaps, ref('a'));
    });
    store.delete(configMaps, ref('a'));
    const marked = store.get(configMaps, ref('a'))!;
    store.update(configMaps, { ...marked, metadata: { ...marked.metadata, finalizers: [] } });
    expect(seen).toEqual(['MODIFIED', 'MODIFIED', 'DELETED']);
  });

  it('removes the objects of a definition with it', () => {
    const store = fresh();
    const names = { plural: 'services', kind: 'Service' };
    const versions = [{ name: 'v1', served: true, storage: true, subresources: { status: {} } }];
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
    store.create(customResourceDefinitions, {
      ...definition,
      metadata: { name: 'services.example.org' },
      spec: { group: 'example.org', scope: 'Namespaced', names, versions },
    });
    const widgets = {
      group: 'example.org',
      version: 'v1',
      plural: 'services',
      kind: 'Service',
      namespaced: true,
    };
    const widget = store.create(widgets, {
      apiVersion: 'example.org/v1',
      kind: 'Service',
      metadata: ref('w'),
    });
    expect(widget).not.toHaveProperty('status');
    store.delete(customResourceDefinitions, { name: 'services.example.org' });
    expect(() => store.list(widgets)).toThrow('could not find the requested resource');
  });

  it('orphans what it is asked to leave', () => {
    const store = fresh();
    const owner = store.create(configMaps, configMap('owner'));
    const ownerReferences = [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid! },
    ];
    store.create(configMaps, { ...configMap('b'), metadata: { ...ref('b'), ownerReferences } });
    store.delete(configMaps, ref('owner'), { propagationPolicy: 'Orphan' });
    expect(store.get(configMaps, ref('b'))?.metadata.ownerReferences).toBeUndefined();
  });

  it('empties a namespace before it goes, and waits for its pods', () => {
    const store = fresh();
    store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
    store.create(configMaps, { ...configMap('a'), metadata: { name: 'a', namespace: 'test' } });
    store.create(pods, { ...pod({ nodeName: 'local' }), metadata: { name: 'p', namespace: 'test' } });
    store.delete(namespaces, { name: 'test' });
    expect(store.list(configMaps)).toEqual([]);
    expect(store.get(namespaces, { name: 'test' })).toMatchObject({ status: { phase: 'Terminating' } });
    const late = { ...configMap('late'), metadata: { name: 'late', namespace: 'test' } };
    expect(() => store.create(configMaps, late)).toThrow('because it is being terminated');
    store.delete(pods, { name: 'p', namespace: 'test' }, { gracePeriodSeconds: 0 });
    expect(store.get(namespaces, { name: 'test' })).toBeUndefined();
  });
});
