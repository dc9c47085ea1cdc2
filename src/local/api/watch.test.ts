import { afterEach, describe, expect, it } from 'vitest';
import { configMaps } from '../../api/resources.ts';
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

/** Opens a watch and reads its events one by one. */
async function openWatch(store: Store, query: string, accept = 'application/json') {
  const { app } = createApiServer({ store, now: Date.now });
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
    const { next } = await openWatch(createStore({ now: Date.now }), 'timeoutSeconds=1&resourceVersion=0');
    expect(await next()).toBeUndefined();
  });
});
