import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createBreakableKubeClient,
  gone,
  notInstalled,
  reset,
} from '../../test/support/breakable-kube-client.ts';
import type { BreakableKubeClient } from '../../test/support/breakable-kube-client.ts';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import type { FakeClock } from '../../test/support/fake-clock.ts';
import { createFakeLog } from '../../test/support/fake-log.ts';
import type { FakeLog } from '../../test/support/fake-log.ts';
import type { AnyKubeObject } from '../api/kube-object.ts';
import { configMaps, secrets } from '../api/resources.ts';
import { createInformerCache } from './informer-cache.ts';
import type { InformerCache } from './informer-cache.ts';

const config = (name: string, value = '1', labels: Record<string, string> = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'test', uid: `uid-${name}`, labels },
  data: { value },
});

describe('the informer cache', () => {
  let server: BreakableKubeClient;
  let clock: FakeClock;
  let log: FakeLog;
  let cache: InformerCache;
  let changes: string[];

  const start = (client: BreakableKubeClient): void => {
    server = client;
    cache = createInformerCache({ client, clock, log, random: () => 0.5 });
    cache.onChange((_resource, { type, object, previous }) => {
      const before = previous === undefined ? '' : ` was ${value(previous)}`;
      changes.push(`${type} ${object.metadata.name} ${value(object)}${before}`);
    });
  };
  const value = (object: AnyKubeObject | undefined): string | undefined => {
    const data = object?.['data'];
    if (typeof data !== 'object' || data === null || !('value' in data)) return undefined;
    return typeof data.value === 'string' ? data.value : undefined;
  };
  const read = (name: string): string | undefined =>
    value(cache.get(configMaps, { namespace: 'test', name }));
  const watchAll = async (): Promise<void> => {
    cache.watchKind(configMaps);
    await clock.settle();
  };

  beforeEach(() => {
    clock = createFakeClock();
    log = createFakeLog();
    changes = [];
    start(createBreakableKubeClient());
  });

  afterEach(async () => {
    await cache.stop();
    if (clock.pending > 0) throw new Error(`${clock.pending} timers were left behind`);
    if (server.openWatches > 0) throw new Error(`${server.openWatches} watches were left behind`);
  });

  it('is synced only when the first list is in, and tells what it holds as added', async () => {
    server.put(config('a'));
    const release = server.holdLists();
    const watching = cache.watchKind(configMaps);
    await clock.settle();
    expect(cache.isSynced(configMaps)).toBe(false);
    expect(cache.problems()).toMatchObject([{ reason: 'configmaps: not listed yet' }]);
    release();
    await expect(watching.synced).resolves.toBe(true);
    expect(cache.isSynced(configMaps)).toBe(true);
    expect(changes).toEqual(['ADDED a 1']);
    expect(cache.problems()).toEqual([]);
  });

  it('reads every page of a list', async () => {
    start(createBreakableKubeClient(2));
    for (const name of ['a', 'b', 'c', 'd', 'e']) server.put(config(name));
    await watchAll();
    expect(server.lists).toBe(3);
    expect(cache.list(configMaps, 'test')).toHaveLength(5);
  });

  it('follows the watch, with what stood before', async () => {
    await watchAll();
    server.put(config('a', '1'));
    server.put(config('a', '2'));
    server.remove('a');
    await clock.settle();
    expect(changes).toEqual(['ADDED a 1', 'MODIFIED a 2 was 1', 'DELETED a 2 was 2']);
    expect(read('a')).toBeUndefined();
  });

  it('lists by namespace and labels', async () => {
    server.put(config('a', '1', { app: 'x', tier: 'web' }));
    server.put(config('b', '1', { app: 'x' }));
    await watchAll();
    const names = (labels?: Record<string, string>): string[] =>
      cache.list(configMaps, 'test', labels).map(({ metadata }) => metadata.name);
    expect(names()).toEqual(['a', 'b']);
    expect(names({ app: 'x', tier: 'web' })).toEqual(['a']);
    expect(cache.list(configMaps, 'other')).toEqual([]);
  });

  it('drops managedFields, keeps annotations, and shares frozen objects', async () => {
    const object = config('a');
    const metadata = {
      ...object.metadata,
      annotations: { note: 'x' },
      managedFields: [{ manager: 'kubectl' }],
    };
    server.put({ ...object, metadata });
    await watchAll();
    const cached = cache.get(configMaps, { namespace: 'test', name: 'a' });
    expect(cached?.metadata).not.toHaveProperty('managedFields');
    expect(cached?.metadata.annotations).toEqual({ note: 'x' });
    expect(Object.isFrozen(cached) && Object.isFrozen(cached?.metadata)).toBe(true);
  });

  describe('when the watch breaks', () => {
    it('goes on from the last version seen, without a list, when the server ends it', async () => {
      await watchAll();
      const { metadata } = server.put(config('a'));
      await clock.advance('2m');
      server.endWatches();
      await clock.settle();
      expect(server.lists).toBe(1);
      expect(server.watches.at(-1)?.resourceVersion).toBe(metadata.resourceVersion);
      expect(log.messages('warn')).toEqual([]);
    });

    it('goes on from a bookmark', async () => {
      await watchAll();
      server.silently(() => server.put(config('other-namespace')));
      server.bookmark();
      await clock.settle();
      server.endWatches();
      await clock.advance('1m');
      expect(server.watches.at(-1)?.resourceVersion).toBe('101');
    });

    it('lists again on 410, and tells each difference once', async () => {
      server.put(config('same'));
      server.put(config('changed'));
      server.put(config('removed'));
      await watchAll();
      changes = [];
      server.silently(() => {
        server.put(config('changed', '2'));
        server.remove('removed');
        server.put(config('added'));
      });
      server.breakWatches(gone());
      await clock.advance('1s');
      expect(server.lists).toBe(2);
      expect(changes).toEqual(['MODIFIED changed 2 was 1', 'ADDED added 1', 'DELETED removed 1 was 1']);
    });

    it('notices a connection that went silent, and what it missed', async () => {
      await watchAll();
      server.silently(() => server.put(config('a')));
      await clock.advance('2m');
      expect(read('a')).toBeUndefined();
      await clock.advance('1m');
      expect(read('a')).toBe('1');
      expect(log.messages('warn')).toEqual(['watch broke, trying again']);
    });

    it('does not take a quiet watch with bookmarks for a silent one', async () => {
      await watchAll();
      for (let minute = 0; minute < 10; minute++) {
        await clock.advance('1m');
        server.bookmark();
      }
      await clock.settle();
      expect(server.watches).toHaveLength(1);
    });

    it('waits longer after each failure up to half a minute, warns once, and says when it is back', async () => {
      server.failLists(...Array.from({ length: 20 }, reset));
      cache.watchKind(configMaps);
      await clock.advance('1s');
      expect(server.lists).toBe(2);
      await clock.advance('4m');
      expect(server.lists).toBeGreaterThan(10);
      expect(server.lists).toBeLessThan(20);
      expect(log.messages('warn')).toHaveLength(1);
      expect(cache.problems()[0]?.reason).toContain('connection reset');
      await clock.advance('2m');
      expect(cache.isSynced(configMaps)).toBe(true);
      expect(cache.problems()).toEqual([]);
      expect(log.messages('info')).toEqual(['watch is back']);
    });

    it('waits as long as a busy server asks for', async () => {
      const busy = Object.assign(reset(), { retryAfterMs: 20_000 });
      server.failLists(busy);
      cache.watchKind(configMaps);
      await clock.advance('19s');
      expect(server.lists).toBe(1);
      await clock.advance('2s');
      expect(server.lists).toBe(2);
    });

    it('does not run in circles when the server ends every watch at once', async () => {
      await watchAll();
      for (let second = 0; second < 10; second++) {
        server.endWatches();
        await clock.settle();
        server.endWatches();
        await clock.advance('1s');
      }
      expect(server.watches.length).toBeLessThan(12);
    });

    it('stays readable and synced during an outage', async () => {
      server.put(config('a'));
      await watchAll();
      server.failWatches(...Array.from({ length: 50 }, reset));
      server.breakWatches(reset());
      await clock.advance('1m');
      expect(read('a')).toBe('1');
      expect(cache.isSynced(configMaps)).toBe(true);
      expect(cache.problems()).toHaveLength(1);
    });

    it('believes a server that was made anew', async () => {
      server.put(config('old'));
      await watchAll();
      server.startOver();
      server.silently(() => server.put(config('new')));
      server.bookmark();
      await clock.advance('1s');
      expect(read('old')).toBeUndefined();
      expect(read('new')).toBe('1');
      expect(changes).toEqual(['ADDED old 1', 'ADDED new 1', 'DELETED old 1 was 1']);
    });
  });

  describe('after an own write', () => {
    it('never shows an older version, and still tells the change once the watch has it', async () => {
      const first = server.put(config('a', '1'));
      await watchAll();
      const written = { ...config('a', '3'), metadata: { ...first.metadata, resourceVersion: '103' } };
      cache.remember(configMaps, written);
      expect(read('a')).toBe('3');
      server.put(config('a', '2'));
      await clock.settle();
      expect(read('a')).toBe('3');
      expect(changes).toEqual(['ADDED a 1']);
      server.put(config('a', '3'));
      await clock.settle();
      expect(changes).toEqual(['ADDED a 1', 'MODIFIED a 3 was 1']);
    });

    it('ignores an answer that the watch has already gone past', async () => {
      await watchAll();
      const written = server.put(config('a', '1'));
      server.remove('a');
      await clock.settle();
      cache.remember(configMaps, written);
      expect(read('a')).toBeUndefined();
    });

    it('keeps it over a list that was cut before it', async () => {
      server.put(config('a', '1'));
      await watchAll();
      const release = server.holdLists();
      server.breakWatches(gone());
      await clock.advance('1s');
      let written = config('a');
      server.silently(() => (written = server.put(config('a', '2'))));
      cache.remember(configMaps, written);
      cache.remember(configMaps, {
        ...config('b'),
        metadata: { ...config('b').metadata, resourceVersion: '103' },
      });
      release();
      await clock.settle();
      expect(read('a')).toBe('2');
      expect(read('b')).toBe('1');
    });

    it('lets an object go that is deleted afterwards', async () => {
      const first = server.put(config('a', '1'));
      await watchAll();
      cache.remember(configMaps, { ...first, data: { value: '2' } });
      server.remove('a');
      await clock.settle();
      expect(read('a')).toBeUndefined();
    });
  });

  describe('a kind that is not installed', () => {
    it('is not synced, says so, and is found when it comes', async () => {
      server.failLists(notInstalled());
      const watching = cache.watchKind(configMaps);
      await expect(watching.synced).resolves.toBe(false);
      expect(cache.isSynced(configMaps)).toBe(false);
      expect(cache.problems()).toMatchObject([{ reason: 'configmaps: not installed in this cluster' }]);
      expect(log.messages('warn')).toEqual([]);
      server.put(config('a'));
      await clock.advance('20s');
      expect(server.lists).toBe(1);
      await clock.advance('20s');
      expect(cache.isSynced(configMaps)).toBe(true);
      expect(read('a')).toBe('1');
    });

    it('takes its objects along when it is removed', async () => {
      server.put(config('a'));
      await watchAll();
      server.failWatches(notInstalled());
      server.failLists(notInstalled());
      server.endWatches();
      await clock.advance('5s');
      expect(cache.isSynced(configMaps)).toBe(false);
      expect(changes).toEqual(['ADDED a 1', 'DELETED a 1 was 1']);
    });
  });

  describe('watches', () => {
    it('of one kind and namespace are shared until the last is stopped', async () => {
      const one = cache.watchKind(configMaps, { namespace: 'test' });
      const two = cache.watchKind(configMaps, { namespace: 'test' });
      await clock.settle();
      expect(server.openWatches).toBe(1);
      one.stop();
      one.stop();
      await clock.settle();
      expect(server.openWatches).toBe(1);
      two.stop();
      await clock.settle();
      expect(server.openWatches).toBe(0);
      expect(cache.isSynced(configMaps)).toBe(false);
    });

    it('answer for their own kind and namespace only', async () => {
      cache.watchKind(configMaps, { namespace: 'test' });
      await clock.settle();
      expect(cache.isSynced(configMaps, 'test')).toBe(true);
      expect(cache.isSynced(configMaps, 'other')).toBe(false);
      expect(cache.isSynced(secrets)).toBe(false);
    });

    it('of metadata only keep no data of an own write either', async () => {
      cache.watchKind(configMaps, { metadataOnly: true });
      await clock.settle();
      const written = { ...config('a'), metadata: { ...config('a').metadata, resourceVersion: '101' } };
      cache.remember(configMaps, written);
      expect(cache.get(configMaps, { namespace: 'test', name: 'a' })).not.toHaveProperty('data');
      expect(server.watches[0]?.metadataOnly).toBe(true);
    });

    it('survive a listener that throws', async () => {
      cache.onChange(() => {
        throw new Error('a bug');
      });
      await watchAll();
      server.put(config('a'));
      await clock.settle();
      expect(changes).toEqual(['ADDED a 1']);
      expect(server.lists).toBe(1);
      expect(log.messages('error')).toEqual(['a listener of the cache threw']);
    });
  });
});
