import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { configMaps, secrets } from '@sluice/kube/objects/resources.ts';
import { isObject, objectAt, type JsonObject } from '../store/json.ts';
import { createStore, type Store } from '../store/store.ts';
import { createApiServer } from './server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
});

const leaving: AbortController[] = [];
afterEach(() => {
  for (const controller of leaving.splice(0)) controller.abort();
});

type Server = Pick<ReturnType<typeof createApiServer>, 'app'>;

/** Opens a watch and reads its events one by one. */
async function openWatch(
  store: Store,
  query: string,
  accept = 'application/json',
  { app }: Server = createApiServer({ store, now: Date.now }),
) {
  const controller = new AbortController();
  leaving.push(controller);
  const init = { headers: { accept }, signal: controller.signal };
  const response = await app.fetch(new Request(`http://local${path}?watch=true&${query}`, init));
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const lines: string[] = [];
  const next = async (): Promise<JsonObject | undefined> => {
    while (lines.length === 0) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      lines.push(...value.split('\n').filter((line) => line !== ''));
    }
    const event: unknown = JSON.parse(lines.shift() ?? '');
    return isObject(event) ? event : undefined;
  };
  return { response, next };
}

/** A server whose time moves only when told to. */
function timed() {
  const clock = createFakeClock();
  const store = createStore({ now: () => clock.now() });
  const server = createApiServer({
    store,
    now: () => clock.now(),
    setTimer: (delayMs, action) => clock.setTimer(delayMs, action),
  });
  return {
    clock,
    store,
    open: (query: string, accept = 'application/json') => openWatch(store, query, accept, server),
  };
}

const shown = (event: JsonObject | undefined) => [
  event?.['type'],
  objectAt(objectAt(event, 'object'), 'metadata')['name'],
];

describe('a watch', () => {
  it('begins with the standing objects when no version is given', async () => {
    const store = createStore({ now: Date.now });
    store.create(configMaps, configMap('a'));
    const { next } = await openWatch(store, '');
    expect(shown(await next())).toEqual(['ADDED', 'a']);
    store.create(configMaps, configMap('b'));
    expect(shown(await next())).toEqual(['ADDED', 'b']);
  });

  it('misses nothing that happened since the version it begins at', async () => {
    const store = createStore({ now: Date.now });
    const version = store.resourceVersion();
    const created = store.create(configMaps, configMap('a'));
    store.update(configMaps, { ...created, data: { a: '1' } });
    store.delete(configMaps, { name: 'a', namespace: 'default' });
    const { next } = await openWatch(store, `resourceVersion=${version}`);
    const types = [await next(), await next(), await next()].map((event) => event?.['type']);
    expect(types).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
  });

  it('answers 410 for a version it has forgotten', async () => {
    const store = createStore({ now: Date.now, historyLimit: 1 });
    for (const name of ['a', 'b', 'c', 'd']) store.create(configMaps, configMap(name));
    const { response } = await openWatch(store, 'resourceVersion=1');
    expect(response.status).toBe(410);
  });

  it('tells of objects that enter and leave its selection', async () => {
    const store = createStore({ now: Date.now });
    const outside = store.create(configMaps, configMap('a'));
    const { next } = await openWatch(
      store,
      `labelSelector=team%3Dx&resourceVersion=${store.resourceVersion()}`,
    );
    const inside = store.update(configMaps, {
      ...outside,
      metadata: { ...outside.metadata, labels: { team: 'x' } },
    });
    store.update(configMaps, { ...inside, metadata: { ...inside.metadata, labels: {} } });
    expect(shown(await next())).toEqual(['ADDED', 'a']);
    expect(shown(await next())).toEqual(['DELETED', 'a']);
  });

  it('marks the end of the initial events, which clients of a watch-list wait for', async () => {
    const store = createStore({ now: Date.now });
    store.create(configMaps, configMap('a'));
    const query = 'allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const { next } = await openWatch(store, query);
    expect(shown(await next())).toEqual(['ADDED', 'a']);
    const bookmark = await next();
    expect(bookmark).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        metadata: {
          resourceVersion: store.resourceVersion(),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    });
  });

  it('refuses half a watch-list instead of letting the client wait for ever', async () => {
    const { response } = await openWatch(createStore({ now: Date.now }), 'sendInitialEvents=true');
    expect(response.status).toBe(422);
  });

  it('sends Tables with the columns in the first event only', async () => {
    const store = createStore({ now: Date.now });
    store.create(configMaps, configMap('a'));
    store.create(configMaps, configMap('b'));
    const { next } = await openWatch(
      store,
      '',
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    );
    expect(await next()).toMatchObject({ object: { kind: 'Table', rows: [{ cells: ['a', 0, '0s'] }] } });
    expect(await next()).toMatchObject({
      object: { columnDefinitions: null, rows: [{ cells: ['b', 0, '0s'] }] },
    });
  });

  it('ends after timeoutSeconds', async () => {
    const { clock, open } = timed();
    const { next } = await open('timeoutSeconds=300&resourceVersion=0');
    await clock.advance('300s');
    expect(await next()).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('says once a minute how far it has come, when the client asks for it', async () => {
    const { store, clock, open } = timed();
    const asks = await open('allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=0');
    const doesNot = await open('timeoutSeconds=90&resourceVersion=0');
    await clock.advance('59s');
    store.create(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'default' },
    });
    await clock.advance('1s');
    expect(await asks.next()).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { resourceVersion: store.resourceVersion(), creationTimestamp: null },
      },
    });
    await clock.advance('30s');
    expect([await asks.next(), await doesNot.next()]).toEqual([undefined, undefined]);
    expect(clock.pending).toBe(0);
  });

  it('tells several the same change in the form that each asked for', async () => {
    const { store, open } = timed();
    const plain = await open('resourceVersion=0');
    const bare = await open(
      'resourceVersion=0',
      'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
    );
    store.create(configMaps, { ...configMap('a'), data: { key: 'value' } });
    expect(await plain.next()).toMatchObject({ object: { kind: 'ConfigMap', data: { key: 'value' } } });
    expect(await bare.next()).toMatchObject({ object: { kind: 'PartialObjectMetadata' } });
  });
});
