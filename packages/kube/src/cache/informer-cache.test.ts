import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createBreakableKubeClient,
  gone,
  notInstalled,
} from '../../../../test/support/fakes/breakable-kube-client.ts';
import { config, createInformerBench } from '../../../../test/support/rigs/informer-bench.ts';
import type { InformerBench } from '../../../../test/support/rigs/informer-bench.ts';
import { configMaps, secrets } from '../objects/resources.ts';

describe('the informer cache', () => {
  let bench: InformerBench;

  beforeEach(() => {
    bench = createInformerBench();
  });
  afterEach(() => bench.end());

  it('is synced only when the first list is in, and tells what it holds as added', async () => {
    bench.server.put(config('a'));
    const release = bench.server.holdLists();
    const watching = bench.cache.watchKind(configMaps);
    await bench.clock.settle();
    expect(bench.cache.isSynced(configMaps)).toBe(false);
    expect(bench.cache.problems()).toMatchObject([{ reason: 'configmaps: not listed yet' }]);
    expect(bench.cache.problemOf(configMaps, 'test')).toBe('configmaps: not listed yet');
    release();
    await expect(watching.synced).resolves.toBe(true);
    expect(bench.cache.isSynced(configMaps)).toBe(true);
    expect(bench.changes).toEqual(['ADDED a 1']);
    expect(bench.cache.problems()).toEqual([]);
    expect(bench.cache.problemOf(configMaps, 'test')).toBeUndefined();
    expect(bench.cache.problemOf(secrets)).toBeUndefined();
  });

  it('reads every page of a list', async () => {
    bench = createInformerBench(createBreakableKubeClient(2));
    for (const name of ['a', 'b', 'c', 'd', 'e']) bench.server.put(config(name));
    await bench.watchAll();
    expect(bench.server.lists).toBe(3);
    expect(bench.cache.list(configMaps, 'test')).toHaveLength(5);
  });

  it('follows the watch, with what stood before', async () => {
    await bench.watchAll();
    bench.server.put(config('a', '1'));
    bench.server.put(config('a', '2'));
    bench.server.remove('a');
    await bench.clock.settle();
    expect(bench.changes).toEqual(['ADDED a 1', 'MODIFIED a 2 was 1', 'DELETED a 2 was 2']);
    expect(bench.read('a')).toBeUndefined();
  });

  it('lists by namespace and labels', async () => {
    bench.server.put(config('a', '1', { app: 'x', tier: 'web' }));
    bench.server.put(config('b', '1', { app: 'x' }));
    await bench.watchAll();
    const names = (labels?: Record<string, string>): string[] =>
      bench.cache.list(configMaps, 'test', labels).map(({ metadata }) => metadata.name);
    expect(names()).toEqual(['a', 'b']);
    expect(names({ app: 'x', tier: 'web' })).toEqual(['a']);
    expect(bench.cache.list(configMaps, 'other')).toEqual([]);
  });

  it('drops managedFields, keeps annotations, and shares frozen objects', async () => {
    const object = config('a');
    const metadata = {
      ...object.metadata,
      annotations: { note: 'x' },
      managedFields: [{ manager: 'kubectl' }],
    };
    bench.server.put({ ...object, metadata });
    await bench.watchAll();
    const cached = bench.cache.get(configMaps, { namespace: 'test', name: 'a' });
    expect(cached?.metadata).not.toHaveProperty('managedFields');
    expect(cached?.metadata.annotations).toEqual({ note: 'x' });
    expect(Object.isFrozen(cached) && Object.isFrozen(cached?.metadata)).toBe(true);
  });

  describe('after an own write', () => {
    it('never shows an older version, and still tells the change once the watch has it', async () => {
      const first = bench.server.put(config('a', '1'));
      await bench.watchAll();
      const written = { ...config('a', '3'), metadata: { ...first.metadata, resourceVersion: '103' } };
      bench.cache.remember(configMaps, written);
      expect(bench.read('a')).toBe('3');
      bench.server.put(config('a', '2'));
      await bench.clock.settle();
      expect(bench.read('a')).toBe('3');
      expect(bench.changes).toEqual(['ADDED a 1']);
      bench.server.put(config('a', '3'));
      await bench.clock.settle();
      expect(bench.changes).toEqual(['ADDED a 1', 'MODIFIED a 3 was 1']);
    });

    it('ignores an answer that the watch has already gone past', async () => {
      await bench.watchAll();
      const written = bench.server.put(config('a', '1'));
      bench.server.remove('a');
      await bench.clock.settle();
      bench.cache.remember(configMaps, written);
      expect(bench.read('a')).toBeUndefined();
    });

    it('keeps it over a list that was cut before it', async () => {
      bench.server.put(config('a', '1'));
      await bench.watchAll();
      const release = bench.server.holdLists();
      bench.server.breakWatches(gone());
      await bench.clock.advance('1s');
      let written = config('a');
      bench.server.silently(() => (written = bench.server.put(config('a', '2'))));
      bench.cache.remember(configMaps, written);
      bench.cache.remember(configMaps, {
        ...config('b'),
        metadata: { ...config('b').metadata, resourceVersion: '103' },
      });
      release();
      await bench.clock.settle();
      expect(bench.read('a')).toBe('2');
      expect(bench.read('b')).toBe('1');
    });

    it('lets an object go that is deleted afterwards', async () => {
      const first = bench.server.put(config('a', '1'));
      await bench.watchAll();
      bench.cache.remember(configMaps, { ...first, data: { value: '2' } });
      bench.server.remove('a');
      await bench.clock.settle();
      expect(bench.read('a')).toBeUndefined();
    });
  });

  describe('a kind that is not installed', () => {
    it('is not synced, says so, and is found when it comes', async () => {
      bench.server.failLists(notInstalled());
      const watching = bench.cache.watchKind(configMaps);
      await expect(watching.synced).resolves.toBe(false);
      expect(bench.cache.isSynced(configMaps)).toBe(false);
      expect(bench.cache.problems()).toMatchObject([{ reason: 'configmaps: not installed in this cluster' }]);
      expect(bench.log.messages('warn')).toEqual([]);
      bench.server.put(config('a'));
      await bench.clock.advance('2s');
      expect(bench.cache.isSynced(configMaps)).toBe(true);
      expect(bench.read('a')).toBe('1');
    });

    it('is looked for ever more rarely, once a minute in the end', async () => {
      for (let count = 0; count < 40; count += 1) bench.server.failLists(notInstalled());
      bench.cache.watchKind(configMaps);
      await bench.clock.advance('10m');
      const before = bench.server.lists;
      await bench.clock.advance('10m');
      expect(bench.server.lists - before).toBeLessThanOrEqual(20);
    });

    it('takes its objects along when it is removed', async () => {
      bench.server.put(config('a'));
      await bench.watchAll();
      bench.server.failWatches(notInstalled());
      bench.server.failLists(notInstalled());
      bench.server.endWatches();
      await bench.clock.advance('1s');
      expect(bench.cache.isSynced(configMaps)).toBe(false);
      expect(bench.changes).toEqual(['ADDED a 1', 'DELETED a 1 was 1']);
    });
  });

  describe('watches', () => {
    it('of one kind and namespace are shared until the last is stopped', async () => {
      const one = bench.cache.watchKind(configMaps, { namespace: 'test' });
      const two = bench.cache.watchKind(configMaps, { namespace: 'test' });
      await bench.clock.settle();
      expect(bench.server.openWatches).toBe(1);
      one.stop();
      one.stop();
      await bench.clock.settle();
      expect(bench.server.openWatches).toBe(1);
      two.stop();
      await bench.clock.settle();
      expect(bench.server.openWatches).toBe(0);
      expect(bench.cache.isSynced(configMaps)).toBe(false);
    });

    it('answer for their own kind and namespace only', async () => {
      bench.cache.watchKind(configMaps, { namespace: 'test' });
      await bench.clock.settle();
      expect(bench.cache.isSynced(configMaps, 'test')).toBe(true);
      expect(bench.cache.isSynced(configMaps, 'other')).toBe(false);
      expect(bench.cache.isSynced(secrets)).toBe(false);
    });

    it('of metadata only keep no data of an own write either', async () => {
      bench.cache.watchKind(configMaps, { metadataOnly: true });
      await bench.clock.settle();
      const written = { ...config('a'), metadata: { ...config('a').metadata, resourceVersion: '101' } };
      bench.cache.remember(configMaps, written);
      expect(bench.cache.get(configMaps, { namespace: 'test', name: 'a' })).not.toHaveProperty('data');
      expect(bench.server.watches[0]?.metadataOnly).toBe(true);
    });

    it('survive a listener that throws', async () => {
      bench.cache.onChange(() => {
        throw new Error('a bug');
      });
      await bench.watchAll();
      bench.server.put(config('a'));
      await bench.clock.settle();
      expect(bench.changes).toEqual(['ADDED a 1']);
      expect(bench.server.lists).toBe(1);
      expect(bench.log.messages('error')).toEqual(['a listener of the cache threw']);
    });
  });
});
