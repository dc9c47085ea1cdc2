import { describe, expect, it } from 'vitest';
import { configMap, deployment, fresh, ref, start } from '../../../../test/support/rigs/store-bench.ts';
import { configMaps, deployments, events, services } from '@sluice/kube/objects/resources.ts';
import type { StoreEvent } from '../contracts.ts';
import { createStore } from './store.ts';

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
    const store = createStore({ now: () => start, clusterIpPrefix: '10.0' });
    const spec = { selector: { app: 'a' }, ports: [{ port: 80 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: ref('s'), spec };
    expect(store.create(services, service)).toMatchObject({
      spec: {
        clusterIP: '10.0.1.1',
        type: 'ClusterIP',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
    });
    expect(store.update(services, { ...service, spec: { ...spec, selector: { app: 'b' } } })).toMatchObject({
      spec: { clusterIP: '10.0.1.1', selector: { app: 'b' } },
    });
  });

  it('says in the real words what is wrong with a Deployment', () => {
    const wrong = deployment({ selector: { matchLabels: { app: 'other' } } });
    expect(() => fresh().create(deployments, wrong)).toThrow(
      'Deployment.apps "d" is invalid: spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
    );
  });
});
