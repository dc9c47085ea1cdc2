import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '../../api/kube-object.ts';
import {
  configMaps,
  customResourceDefinitions,
  deployments,
  events,
  namespaces,
  pods,
  replicaSets,
  services,
} from '../../api/resources.ts';
import type { StoreEvent } from '../contracts.ts';
import { createStore } from './store.ts';

const start = Date.parse('2026-01-02T03:04:05.678Z');
const fresh = (historyLimit?: number) =>
  createStore({ now: () => start, ...(historyLimit === undefined ? {} : { historyLimit }) });

const configMap = (name: string, more: object = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  ...more,
});

const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'main', image: 'i:1' }] },
};
const deployment = (spec: object = {}): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'a' } }, template, ...spec },
});
const pod = (more: object = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'i:1' }], ...more },
});
const ref = (name: string) => ({ name, namespace: 'default' });

describe('the store', () => {
  it('gives a new object its uid, version, time and generation', () => {
    const { metadata } = fresh().create(deployments, deployment());
    expect(metadata).toMatchObject({ generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' });
    expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(0);
  });

  it('makes a name of generateName', () => {
    const object = { ...configMap(''), metadata: { name: '', generateName: 'job-', namespace: 'default' } };
    expect(fresh().create(configMaps, object).metadata.name).toMatch(/^job-[a-z0-9]{5}$/);
  });

  it('hands out objects that nobody can change', () => {
    const store = fresh();
    const created = store.create(configMaps, configMap('a', { data: { key: 'value' } }));
    expect(Reflect.set(created, 'data', {})).toBe(false);
    expect(store.get(configMaps, ref('a'))).toMatchObject({ data: { key: 'value' } });
  });

  it('refuses a second object of one name', () => {
    const store = fresh();
    store.create(configMaps, configMap('a'));
    expect(() => store.create(configMaps, configMap('a'))).toThrow('configmaps "a" already exists');
  });

  it('refuses objects in a namespace that does not exist', () => {
    const lost = { ...configMap('a'), metadata: { name: 'a', namespace: 'nowhere' } };
    expect(() => fresh().create(configMaps, lost)).toThrow('namespaces "nowhere" not found');
  });

  it('refuses an update that was read before another one', () => {
    const store = fresh();
    const old = store.create(configMaps, configMap('a'));
    store.update(configMaps, { ...old, data: { a: '1' } });
    expect(() => store.update(configMaps, { ...old, data: { a: '2' } })).toThrow(
      'the object has been modified',
    );
  });

  it('counts a generation for changes of the spec, and for nothing else', () => {
    const store = fresh();
    const created = store.create(deployments, deployment());
    const labelled = store.update(deployments, {
      ...created,
      metadata: { ...created.metadata, labels: { a: 'b' } },
    });
    const reported = store.update(
      deployments,
      { ...labelled, status: { replicas: 1 } },
      { subresource: 'status' },
    );
    expect(reported.metadata.generation).toBe(1);
    const scaled = store.update(deployments, {
      ...reported,
      spec: { ...deployment({ replicas: 2 })['spec']! },
    });
    expect(scaled.metadata.generation).toBe(2);
  });

  it('keeps spec and status apart', () => {
    const store = fresh();
    const created = store.create(deployments, { ...deployment(), status: { replicas: 9 } });
    expect(created['status']).toEqual({});
    const both = { ...created, spec: deployment({ replicas: 7 })['spec'], status: { replicas: 1 } };
    const reported = store.update(deployments, both, { subresource: 'status' });
    expect(reported).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1 } });
    const scaled = store.update(deployments, {
      ...both,
      metadata: reported.metadata,
      status: { replicas: 5 },
    });
    expect(scaled).toMatchObject({ spec: { replicas: 7 }, status: { replicas: 1 } });
  });

  it('writes nothing, and tells nobody, when nothing changes', () => {
    const store = fresh();
    const created = store.create(configMaps, configMap('a', { data: { a: '1' } }));
    const seen: StoreEvent[] = [];
    store.subscribe(configMaps, (event) => seen.push(event));
    expect(store.update(configMaps, created)).toEqual(created);
    expect(seen).toEqual([]);
  });

  it('changes nothing in a dry run', () => {
    const store = fresh();
    const before = store.resourceVersion();
    expect(store.create(configMaps, configMap('a'), { dryRun: true }).metadata.name).toBe('a');
    expect(store.get(configMaps, ref('a'))).toBeUndefined();
    expect(store.resourceVersion()).toBe(before);
  });

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

  it('tells listeners in order, also when one of them writes', () => {
    const store = fresh();
    const seen: string[] = [];
    store.subscribe(configMaps, ({ object }) => {
      if (object.metadata.name === 'a') store.create(configMaps, configMap('b'));
    });
    store.subscribe(configMaps, ({ object }) => seen.push(object.metadata.name));
    store.create(configMaps, configMap('a'));
    expect(seen).toEqual(['a', 'b']);
  });

  it('replays what happened since a version, and refuses one it has forgotten', () => {
    const store = fresh(2);
    const first = store.create(configMaps, configMap('a0')).metadata.resourceVersion!;
    const seen: string[] = [];
    store.create(configMaps, configMap('a1'));
    store.watch(configMaps, first, ({ object }) => seen.push(object.metadata.name))();
    expect(seen).toEqual(['a1']);
    for (let index = 2; index < 8; index++) store.create(configMaps, configMap(`a${index}`));
    expect(() => store.watch(configMaps, first, () => {})).toThrow('too old resource version');
    expect(() => store.watch(configMaps, '99999', () => {})).toThrow('too old resource version');
  });

  it('keeps only the newest Events', () => {
    const store = createStore({ now: () => start, eventLimit: 2 });
    for (const name of ['a', 'b', 'c']) {
      store.create(events, { apiVersion: 'v1', kind: 'Event', metadata: ref(name) });
    }
    expect(store.list(events).map((event) => event.metadata.name)).toEqual(['b', 'c']);
  });

  it('gives Services an address once', () => {
    let next = 1;
    const store = createStore({ now: () => start, allocateClusterIp: () => `10.0.0.${next++}` });
    const spec = { selector: { app: 'a' }, ports: [{ port: 80 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: ref('s'), spec };
    expect(store.create(services, service)).toMatchObject({
      spec: {
        clusterIP: '10.0.0.1',
        type: 'ClusterIP',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
    });
    expect(store.update(services, { ...service, spec: { ...spec, selector: { app: 'b' } } })).toMatchObject({
      spec: { clusterIP: '10.0.0.1', selector: { app: 'b' } },
    });
  });

  it('says in the real words what is wrong with a Deployment', () => {
    const wrong = deployment({ selector: { matchLabels: { app: 'other' } } });
    expect(() => fresh().create(deployments, wrong)).toThrow(
      'Deployment.apps "d" is invalid: spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
    );
  });
});
