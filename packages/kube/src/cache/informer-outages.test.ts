import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gone, reset } from '../../../../test/support/fakes/breakable-kube-client.ts';
import { config, createInformerBench } from '../../../../test/support/rigs/informer-bench.ts';
import type { InformerBench } from '../../../../test/support/rigs/informer-bench.ts';
import { configMaps } from '../objects/resources.ts';

describe('the informer cache, when its watch breaks,', () => {
  let bench: InformerBench;

  beforeEach(() => {
    bench = createInformerBench();
  });
  afterEach(() => bench.end());

  it('goes on from the last version seen, without a list, when the server ends it', async () => {
    await bench.watchAll();
    const { metadata } = bench.server.put(config('a'));
    await bench.clock.advance('80s');
    bench.server.endWatches();
    await bench.clock.settle();
    expect(bench.server.lists).toBe(1);
    expect(bench.server.watches.at(-1)?.resourceVersion).toBe(metadata.resourceVersion);
    expect(bench.log.messages('warn')).toEqual([]);
  });

  it('goes on from a bookmark', async () => {
    await bench.watchAll();
    bench.server.silently(() => bench.server.put(config('other-namespace')));
    bench.server.bookmark();
    await bench.clock.settle();
    bench.server.endWatches();
    await bench.clock.advance('1m');
    expect(bench.server.watches.at(-1)?.resourceVersion).toBe('101');
  });

  it('lists again on 410, and tells each difference once', async () => {
    bench.server.put(config('same'));
    bench.server.put(config('changed'));
    bench.server.put(config('removed'));
    await bench.watchAll();
    bench.changes.length = 0;
    bench.server.silently(() => {
      bench.server.put(config('changed', '2'));
      bench.server.remove('removed');
      bench.server.put(config('added'));
    });
    bench.server.breakWatches(gone());
    await bench.clock.advance('1s');
    expect(bench.server.lists).toBe(2);
    expect(bench.changes).toEqual(['MODIFIED changed 2 was 1', 'ADDED added 1', 'DELETED removed 1 was 1']);
  });

  it('lists again within half a second when a long outage made it forget: 410 is an answer', async () => {
    await bench.watchAll();
    const failures = [...Array.from({ length: 12 }, reset), gone()];
    bench.server.failWatches(...failures);
    bench.server.breakWatches(reset());
    while (bench.server.watches.length < 1 + failures.length) await bench.clock.advance('100ms');
    expect(bench.server.lists).toBe(1);
    await bench.clock.advance('500ms');
    expect(bench.server.lists).toBe(2);
  });

  it('notices a connection that went silent, and what it missed', async () => {
    await bench.watchAll();
    bench.server.silently(() => bench.server.put(config('a')));
    await bench.clock.advance('85s');
    expect(bench.read('a')).toBeUndefined();
    await bench.clock.advance('1m');
    expect(bench.read('a')).toBe('1');
    expect(bench.log.messages('warn')).toEqual(['watch broke, trying again']);
  });

  it('lists again a second after a write was refused of whose object it was told nothing', async () => {
    bench.server.put(config('a'));
    await bench.watchAll();
    bench.server.silently(() => bench.server.put(config('a', '2')));
    bench.cache.doubt(configMaps, { namespace: 'test', name: 'a' });
    await bench.clock.advance('2s');
    expect(bench.read('a')).toBe('2');
    expect(bench.server.lists).toBe(2);
  });

  it('does not list again when the news comes after the refusal', async () => {
    bench.server.put(config('a'));
    await bench.watchAll();
    bench.cache.doubt(configMaps, { namespace: 'test', name: 'a' });
    await bench.clock.advance('500ms');
    bench.server.put(config('a', '2'));
    await bench.clock.advance('5s');
    expect(bench.server.lists).toBe(1);
  });

  it('does not take a quiet watch with bookmarks for a silent one', async () => {
    await bench.watchAll();
    for (let minute = 0; minute < 10; minute++) {
      await bench.clock.advance('1m');
      bench.server.bookmark();
    }
    await bench.clock.settle();
    expect(bench.server.watches).toHaveLength(1);
  });

  it('waits longer after each failure up to half a minute, warns once, and says when it is back', async () => {
    bench.server.failLists(...Array.from({ length: 20 }, reset));
    bench.cache.watchKind(configMaps);
    await bench.clock.advance('1s');
    expect(bench.server.lists).toBe(2);
    await bench.clock.advance('4m');
    expect(bench.server.lists).toBeGreaterThan(10);
    expect(bench.server.lists).toBeLessThan(20);
    expect(bench.log.messages('warn')).toHaveLength(1);
    expect(bench.cache.problems()[0]?.reason).toContain('connection reset');
    await bench.clock.advance('2m');
    expect(bench.cache.isSynced(configMaps)).toBe(true);
    expect(bench.cache.problems()).toEqual([]);
    expect(bench.log.messages('info')).toEqual(['watch is back']);
  });

  it('waits as long as a busy server asks for', async () => {
    const busy = Object.assign(reset(), { retryAfterMs: 20_000 });
    bench.server.failLists(busy);
    bench.cache.watchKind(configMaps);
    await bench.clock.advance('19s');
    expect(bench.server.lists).toBe(1);
    await bench.clock.advance('2s');
    expect(bench.server.lists).toBe(2);
  });

  it('does not run in circles when the server ends every watch at once', async () => {
    await bench.watchAll();
    for (let second = 0; second < 10; second++) {
      bench.server.endWatches();
      await bench.clock.settle();
      bench.server.endWatches();
      await bench.clock.advance('1s');
    }
    expect(bench.server.watches.length).toBeLessThan(12);
  });

  it('stays readable and synced during an outage', async () => {
    bench.server.put(config('a'));
    await bench.watchAll();
    bench.server.failWatches(...Array.from({ length: 50 }, reset));
    bench.server.breakWatches(reset());
    await bench.clock.advance('1m');
    expect(bench.read('a')).toBe('1');
    expect(bench.cache.isSynced(configMaps)).toBe(true);
    expect(bench.cache.problems()).toHaveLength(1);
  });

  it('believes a server that was made anew', async () => {
    bench.server.put(config('old'));
    await bench.watchAll();
    bench.server.startOver();
    bench.server.silently(() => bench.server.put(config('new')));
    bench.server.bookmark();
    await bench.clock.advance('1s');
    expect(bench.read('old')).toBeUndefined();
    expect(bench.read('new')).toBe('1');
    expect(bench.changes).toEqual(['ADDED old 1', 'ADDED new 1', 'DELETED old 1 was 1']);
  });
});
