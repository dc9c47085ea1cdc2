import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, deployments, namespaces } from '@sluice/kube/objects/resources.ts';
import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import type { InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { createFakeClock } from './support/fakes/fake-clock.ts';
import type { FakeClock } from './support/fakes/fake-clock.ts';
import { createFakeLog } from './support/fakes/fake-log.ts';
import { createLocalKube } from './support/fakes/local-kube.ts';
import type { LocalKube } from './support/fakes/local-kube.ts';

const config = (name: string, value: string): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'test', name },
  data: { value },
});

describe('the informer cache on the local API server', () => {
  let clock: FakeClock;
  let kube: LocalKube;
  let cache: InformerCache;
  const signal = new AbortController().signal;

  beforeEach(() => {
    clock = createFakeClock();
    kube = createLocalKube(clock);
    kube.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
    cache = createInformerCache({ client: kube.client(), clock, log: createFakeLog(), random: () => 0.5 });
  });

  afterEach(() => cache.stop());

  it('holds what stands and follows what changes', async () => {
    kube.store.create(configMaps, config('before', '1'));
    await expect(cache.watchKind(configMaps, { namespace: 'test' }).synced).resolves.toBe(true);
    expect(cache.list(configMaps, 'test').map(({ metadata }) => metadata.name)).toContain('before');
    const made = await kube.client().create(configMaps, config('after', '1'), signal);
    await expect.poll(() => cache.get(configMaps, { namespace: 'test', name: 'after' })).toBeDefined();
    const ref = { namespace: 'test', name: made.metadata.name };
    const patched = await kube.client().mergePatch(configMaps, ref, { data: { value: '2' } }, {}, signal);
    cache.remember(configMaps, patched);
    expect(cache.get(configMaps, ref)?.['data']).toEqual({ value: '2' });
    kube.store.delete(configMaps, ref);
    await expect.poll(() => cache.get(configMaps, ref)).toBeUndefined();
  });

  it('finds a custom kind as soon as its definition is there', async () => {
    const widgets = {
      group: 'example.com',
      version: 'v1',
      plural: 'widgets',
      kind: 'Widget',
      namespaced: true,
    };
    await expect(cache.watchKind(widgets).synced).resolves.toBe(false);
    kube.store.create(
      {
        group: 'apiextensions.k8s.io',
        version: 'v1',
        plural: 'customresourcedefinitions',
        kind: 'CustomResourceDefinition',
        namespaced: false,
      },
      widgetDefinition,
    );
    await clock.advance('1m');
    expect(cache.isSynced(widgets)).toBe(true);
  });

  it('knows only metadata of kinds watched so', async () => {
    kube.store.create(configMaps, config('secretive', '1'));
    await cache.watchKind(configMaps, { metadataOnly: true }).synced;
    expect(cache.get(configMaps, { namespace: 'test', name: 'secretive' })).not.toHaveProperty('data');
  });

  it('costs no request while nothing happens but the renewal of its watches', async () => {
    let requests = 0;
    const counting = kube.client((http) => ({
      send(request, within) {
        requests += 1;
        return http.send(request, within);
      },
    }));
    const idle = createInformerCache({ client: counting, clock, log: createFakeLog(), random: () => 0.5 });
    await idle.watchKind(deployments).synced;
    await clock.advance('80s');
    expect(requests).toBe(2);
    await idle.stop();
  });
});

const widgetDefinition: AnyKubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
