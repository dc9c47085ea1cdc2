import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { createConfigReads } from './config-reads.ts';

interface Asked {
  readonly name: string;
  readonly signal: AbortSignal;
  readonly answer: PromiseWithResolvers<AnyKubeObject>;
}

function setUp() {
  const asked: Asked[] = [];
  const woken: string[] = [];
  let now = 0;
  const reads = createConfigReads({
    client: {
      get(_resource, { name }, signal) {
        const answer = Promise.withResolvers<AnyKubeObject>();
        asked.push({ name, signal, answer });
        return answer.promise;
      },
    },
    now: () => now,
    random: () => 1,
    wake: (owner) => void woken.push(owner),
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    asked,
    woken,
    look: (owner: string, name = 'settings', resourceVersion = '1') =>
      reads.look(owner, configMaps, object(name, resourceVersion)),
    reads,
    advance: (ms: number) => void (now += ms),
    answer: async (index: number, value: AnyKubeObject | Error): Promise<void> => {
      const { answer } = asked[index] as Asked;
      if (value instanceof Error) answer.reject(value);
      else answer.resolve(value);
      await settled();
    },
  };
}

const object = (name: string, resourceVersion: string, color = 'blue'): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'test', resourceVersion },
  data: { color },
});

const failure = (code: number): KubeError => new KubeError('no', { code, reason: 'Injected' });

describe('reading ConfigMaps', () => {
  it('asks once for all who look, and wakes them all', async () => {
    const { asked, look, answer, woken } = setUp();
    expect(look('a').state).toBe('unknown');
    expect(look('b').state).toBe('unknown');
    expect(asked).toHaveLength(1);
    await answer(0, object('settings', '1'));
    expect(woken).toEqual(['a', 'b']);
    expect(look('a')).toMatchObject({ state: 'known', tracked: true });
    expect(asked).toHaveLength(1);
  });

  it('asks again only when the version moved, and not when the answer was ahead of the cache', async () => {
    const { asked, look, answer } = setUp();
    look('a');
    await answer(0, object('settings', '2', 'red'));
    expect(look('a', 'settings', '1').state).toBe('known');
    expect(look('a', 'settings', '2').state).toBe('known');
    expect(asked).toHaveLength(1);
    expect(look('a', 'settings', '3').state).toBe('unknown');
    expect(asked).toHaveLength(2);
  });

  it('pauses longer after each failure, and says so once it lasts', async () => {
    const { asked, look, answer, advance } = setUp();
    look('a');
    await answer(0, failure(500));
    expect(look('a')).toMatchObject({ state: 'unknown', retryAt: 500, lasting: false });
    expect(asked).toHaveLength(1);
    advance(500);
    look('a');
    await answer(1, failure(500));
    expect(look('a')).toMatchObject({ retryAt: 1_500 });
    advance(1_000);
    look('a');
    await answer(2, failure(500));
    expect(look('a')).toMatchObject({ lasting: true });
  });

  it('says at once what no retry will cure', async () => {
    const { look, answer } = setUp();
    look('a');
    await answer(0, failure(403));
    expect(look('a')).toMatchObject({ state: 'unknown', lasting: true });
  });

  it('asks again for an object that the server does not know though the cache has it', async () => {
    const { look, answer } = setUp();
    look('a');
    await answer(0, failure(404));
    expect(look('a')).toMatchObject({ state: 'unknown', lasting: false });
    expect(look('a')).toHaveProperty('retryAt');
  });

  it('reads no more than eight at once', async () => {
    const { asked, look, answer } = setUp();
    for (let index = 0; index < 20; index += 1) look('a', `settings-${index}`);
    expect(asked).toHaveLength(8);
    await answer(0, object('settings-0', '1'));
    expect(asked).toHaveLength(9);
  });

  it('cancels what nobody needs any more, and wakes nobody for it', async () => {
    const { asked, reads, look, answer, woken } = setUp();
    look('a');
    look('b');
    look('a', 'other');
    reads.retain('a', new Set(['other']));
    expect(asked[0]?.signal.aborted).toBe(false);
    reads.forget('b');
    expect(asked[0]?.signal.aborted).toBe(true);
    await answer(0, failure(0));
    expect(woken).toEqual([]);
    expect(asked[1]?.signal.aborted).toBe(false);
  });
});
