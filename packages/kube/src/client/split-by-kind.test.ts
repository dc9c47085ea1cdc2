import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createLocalKube } from '../../../../test/support/fakes/local-kube.ts';
import type { AnyKubeObject } from '../objects/kube-object.ts';
import { configMaps, services } from '../objects/resources.ts';
import type { KubeClient } from '../ports/kube.ts';
import { splitByKind } from './split-by-kind.ts';

const ref = { namespace: 'default', name: 'some' };
const { signal } = new AbortController();
const kinds = [
  [services, { apiVersion: 'v1', kind: 'Service', metadata: ref, spec: { ports: [{ port: 80 }] } }],
  [configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref }],
] as const satisfies readonly (readonly [typeof services, AnyKubeObject])[];

type Ask = readonly [
  name: string,
  ask: (client: KubeClient, kind: (typeof kinds)[number]) => Promise<unknown>,
];

const asks: readonly Ask[] = [
  ['get', (client, [resource]) => client.get(resource, ref, signal)],
  ['patch', (client, [resource]) => client.mergePatch(resource, ref, { metadata: {} }, {}, signal)],
  ['apply', (client, [resource, object]) => client.apply(resource, object, {}, signal)],
  ['delete', (client, [resource]) => client.delete(resource, ref, {}, signal)],
];

describe('a client of two clusters', () => {
  it('creates an object in the cluster of its kind, and lists it there', async () => {
    const [main, mesh] = [createLocalKube(createFakeClock()), createLocalKube(createFakeClock())];
    const client = splitByKind(main.client(), mesh.client(), [services]);
    for (const [resource, object] of kinds) await client.create(resource, object, signal);
    expect([main, mesh].map(({ store }) => store.get(services, ref) !== undefined)).toEqual([false, true]);
    expect([main, mesh].map(({ store }) => store.get(configMaps, ref) !== undefined)).toEqual([true, false]);
    for (const [resource] of kinds) {
      const { items } = await client.list(resource, { namespace: 'default' }, signal);
      expect(items.map(({ metadata }) => metadata.name)).toContain('some');
    }
  });

  it.each(asks)('asks each cluster for its own kinds: %s', async (_name, ask) => {
    const [main, mesh] = [createLocalKube(createFakeClock()), createLocalKube(createFakeClock())];
    const requests: string[] = [];
    const noting = (name: string, kube: typeof main): KubeClient =>
      kube.client((http) => ({
        send: (request, own) => {
          requests.push(name);
          return http.send(request, own);
        },
      }));
    const client = splitByKind(noting('main', main), noting('mesh', mesh), [services]);
    for (const kind of kinds) {
      await client.create(kind[0], kind[1], signal);
      await ask(client, kind);
    }
    expect(requests).toEqual(['mesh', 'mesh', 'main', 'main']);
  });
});
