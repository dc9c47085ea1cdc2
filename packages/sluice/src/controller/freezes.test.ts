import { describe, expect, it } from 'vitest';
import type { ChangeListener, InformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { createFreezes } from './freezes.ts';

const now = Date.parse('2026-12-24T12:00:00Z');

const freeze = (windows: string, namespace = 'test'): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'freezes', namespace, resourceVersion: '1' },
  data: { windows },
});
const christmas = '- { name: christmas, from: 2026-12-24T00:00, to: 2026-12-27T00:00 }';

/** Freezes whose watch is played by the test. */
async function bench({
  synced = true,
  problem,
}: { readonly synced?: boolean; readonly problem?: string } = {}) {
  let listener: ChangeListener = () => undefined;
  const informers: Partial<InformerCache> = {
    onChange(wanted) {
      listener = wanted;
      return () => undefined;
    },
    watchKind: () => ({ synced: Promise.resolve(true), stop: () => undefined }),
    isSynced: () => synced,
    problemOf: () => problem,
    get: () => undefined,
  };
  const wakes: (() => void)[] = [];
  const freezes = createFreezes({
    informers: informers as InformerCache,
    log: createFakeLog(),
    now: () => now,
    namespaces: [],
    everywhere: 'sluice-system',
    wake: () => wakes.splice(0).forEach((resolve) => resolve()),
  });
  freezes.start();
  // The first list is in.
  await Promise.resolve();
  return {
    say: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: AnyKubeObject): void =>
      listener(configMaps, { type, object }),
    woken: (): Promise<void> => new Promise((resolve) => void wakes.push(resolve)),
    message: (at = now): string | undefined => freezes.freezeOf('test', at)?.message,
  };
}

describe('a freeze of a ConfigMap', () => {
  it('that is being read holds, until it turns out to be over', async () => {
    const { say, woken, message } = await bench();
    say('ADDED', freeze('- { name: past, from: 2026-01-01T00:00, to: 2026-01-02T00:00 }'));
    expect(message()).toBe('the freezes are being read');
    await woken();
    expect(message()).toBeUndefined();
  });

  it('holds while it is in force, and no longer when it is deleted', async () => {
    const { say, woken, message } = await bench();
    say('ADDED', freeze(christmas));
    await woken();
    expect(message()).toBe('freeze "christmas" of ConfigMap test/freezes');
    expect(message(now + 5 * 24 * 3_600_000)).toBeUndefined();
    say('DELETED', freeze(christmas));
    expect(message()).toBeUndefined();
  });

  it('that changes twice within a moment is what it was last', async () => {
    const { say, woken, message } = await bench();
    say('ADDED', freeze('- { from: soon }'));
    const second = freeze(christmas);
    say('MODIFIED', { ...second, metadata: { ...second.metadata, resourceVersion: '2' } });
    await woken();
    expect(message()).toBe('freeze "christmas" of ConfigMap test/freezes');
  });

  it('is waited for before the first list, but not where nobody may read it', async () => {
    expect((await bench({ synced: false })).message()).toBe('the freezes are being read');
    expect((await bench({ synced: false, problem: 'forbidden' })).message()).toBeUndefined();
  });
});
