import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog, type FakeLog } from '../../../../test/support/fakes/fake-log.ts';
import type { ListCanaries } from './canary-lister.ts';
import { createKnownCanaries, type KnownCanaries } from './known-canaries.ts';

let clock: FakeClock;
let log: FakeLog;
let asked: string[];
beforeEach(() => {
  clock = createFakeClock();
  log = createFakeLog();
  asked = [];
});
const knownIn = (cluster: Record<string, string[]>, broken?: () => Error | undefined): KnownCanaries => {
  const list: ListCanaries = (namespace) => {
    asked.push(namespace);
    const error = broken?.();
    return error === undefined ? Promise.resolve([...(cluster[namespace] ?? [])]) : Promise.reject(error);
  };
  return createKnownCanaries({ connect: () => Promise.resolve(list), clock, log });
};
const podinfo = { namespace: 'test', name: 'podinfo' };

describe('a Canary that a gate names', () => {
  it('is known when the API server has it, and looked up again after half a minute', async () => {
    const known = knownIn({ test: ['podinfo'] });
    for (let times = 0; times < 5; times += 1) expect(await known.describeUnknown(podinfo)).toBeUndefined();
    expect(asked).toEqual(['test']);
    await clock.advance('30s');
    expect(await known.describeUnknown(podinfo)).toBeUndefined();
    expect(asked).toEqual(['test', 'test']);
  });

  it.each([
    ['podinf', 'There is no Canary "podinf" in namespace "test": did you mean "podinfo"?'],
    [
      'checkout',
      'There is no Canary "checkout" in namespace "test": no other Canary of the namespace has a similar name',
    ],
  ])('is unknown when it is %s', async (name, sentence) => {
    expect(await knownIn({ test: ['podinfo', 'frontend'] }).describeUnknown({ ...podinfo, name })).toBe(
      sentence,
    );
  });

  it('is unknown in a namespace without Canaries', async () => {
    expect(await knownIn({}).describeUnknown(podinfo)).toContain('namespace "test" has no Canary');
  });

  it('is known a second after it was created', async () => {
    const cluster = { test: ['frontend'] };
    const known = knownIn(cluster);
    expect(await known.describeUnknown(podinfo)).toContain('There is no Canary');
    cluster.test.push('podinfo');
    await clock.advance('1s');
    expect(await known.describeUnknown(podinfo)).toBeUndefined();
  });

  it('costs one request a second, however many callers ask for names that do not exist', async () => {
    const known = knownIn({ test: ['frontend'] });
    await Promise.all(Array.from({ length: 50 }, () => known.describeUnknown(podinfo)));
    expect(asked).toHaveLength(1);
  });

  it('is taken as known while the tester may not read Canaries, said once', async () => {
    const known = knownIn({}, () => new Error('canaries.flagger.app is forbidden'));
    for (let times = 0; times < 3; times += 1) {
      expect(await known.describeUnknown(podinfo)).toBeUndefined();
      await clock.advance('30s');
    }
    const told = log.lines.filter(({ level }) => level === 'info');
    expect(told).toHaveLength(1);
    expect(told[0]?.fields).toMatchObject({ error: 'canaries.flagger.app is forbidden' });
  });

  it('is taken as known while the API server does not answer', async () => {
    const list: ListCanaries = (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    const known = createKnownCanaries({ connect: () => Promise.resolve(list), clock, log });
    const answer = known.describeUnknown(podinfo);
    await clock.advance('1s');
    expect(await answer).toBeUndefined();
    expect(log.lines.at(-1)?.fields).toMatchObject({ error: 'the API server did not answer within 1 s' });
  });

  it('is unknown again once the API server can be read', async () => {
    let error: Error | undefined = new Error('refused');
    const known = knownIn({ test: ['frontend'] }, () => error);
    expect(await known.describeUnknown(podinfo)).toBeUndefined();
    error = undefined;
    await clock.advance('30s');
    expect(await known.describeUnknown(podinfo)).toContain('There is no Canary');
  });

  it('is taken as known without a cluster, and in a namespace that is a step in a path', async () => {
    const nowhere = createKnownCanaries({ connect: () => Promise.resolve(undefined), clock, log });
    expect(await nowhere.describeUnknown(podinfo)).toBeUndefined();
    for (const namespace of ['.', '..']) {
      expect(
        await knownIn({ test: ['frontend'] }).describeUnknown({ ...podinfo, namespace }),
      ).toBeUndefined();
    }
    expect(asked).toEqual([]);
  });

  it('is looked for again after a failure to connect', async () => {
    let attempts = 0;
    const connect = (): Promise<ListCanaries> => {
      attempts += 1;
      if (attempts === 1) return Promise.reject(new Error('no kubeconfig'));
      return Promise.resolve(() => Promise.resolve([]));
    };
    const known = createKnownCanaries({ connect, clock, log });
    expect(await known.describeUnknown(podinfo)).toBeUndefined();
    await clock.advance('30s');
    expect(await known.describeUnknown(podinfo)).toContain('There is no Canary');
  });
});
