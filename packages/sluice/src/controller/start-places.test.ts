import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createStartPlaces } from './start-places.ts';

const canary = (key: string, phase: string): AnyKubeObject => {
  const [namespace = '', name = ''] = key.split('/');
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace, name },
    status: { phase },
  };
};

function bench(most: { all?: number; perNamespace?: number }) {
  let now = 0;
  const woken: string[] = [];
  const places = createStartPlaces({
    now: () => now,
    wake: (key) => void woken.push(key),
    most: { all: 0, perNamespace: 0, ...most },
  });
  return {
    woken,
    /** Message of the queue, or 'starts'. */
    ask: (key: string, since = 0): string =>
      places.placeFor({ key, namespace: key.split('/')[0] ?? '', since })?.message ?? 'starts',
    is: (key: string, phase: string): void => places.noticed(canary(key, phase)),
    gone: (key: string): void => places.gone(canary(key, '')),
    after: (ms: number): void => void (now += ms),
  };
}

describe('places for runs', () => {
  it('are without number unless a flag limits them', () => {
    const { ask, is } = bench({});
    for (let index = 0; index < 50; index += 1) is(`a/${index}`, 'Progressing');
    expect(ask('a/x')).toBe('starts');
  });

  it('are given out in the order in which canaries began to wait', () => {
    const { ask, is } = bench({ all: 1 });
    is('a/busy', 'Progressing');
    expect(ask('b/late', 20)).toContain('place 1');
    expect(ask('c/early', 10)).toContain('place 1');
    expect(ask('b/late', 20)).toContain('place 2');
    is('a/busy', 'Succeeded');
    expect(ask('b/late', 20)).toContain('place 2');
    expect(ask('c/early', 10)).toBe('starts');
    expect(ask('b/late', 20)).toContain('1 rollout runs');
  });

  it('count a run that was let start before its status says so, for half a minute', () => {
    const { ask, after } = bench({ all: 1 });
    expect(ask('a/one')).toBe('starts');
    expect(ask('a/one')).toBe('starts');
    expect(ask('a/two')).not.toBe('starts');
    after(30_001);
    expect(ask('a/two')).toBe('starts');
  });

  it('of a namespace that is full hold up no other namespace', () => {
    const { ask, is } = bench({ all: 3, perNamespace: 1 });
    is('a/busy', 'Progressing');
    for (const name of ['a/1', 'a/2', 'a/3']) expect(ask(name, 1)).toContain('namespace a');
    expect(ask('b/1', 5)).toBe('starts');
  });

  it('that are free wake those who wait, and those who are gone wait no more', () => {
    const { ask, is, gone, woken } = bench({ all: 1 });
    is('a/busy', 'Progressing');
    ask('a/one', 1);
    ask('a/two', 2);
    gone('a/one');
    is('a/busy', 'Failed');
    expect(woken).toEqual(['a/two']);
    expect(ask('a/two', 2)).toBe('starts');
  });

  it('of a canary that asks no more for ten minutes are for others', () => {
    const { ask, is, after } = bench({ all: 1 });
    is('a/busy', 'Progressing');
    ask('a/one', 1);
    after(11 * 60_000);
    is('a/busy', 'Failed');
    expect(ask('a/two', 2)).toBe('starts');
  });
});
