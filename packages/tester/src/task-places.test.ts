import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTaskPlaces, placeLimits } from './task-places.ts';
import type { TaskOwner, TaskPlace, TaskPlaces } from './task-places.ts';
import { TesterError } from './tester-error.ts';

const of = (namespace: string, name = 'podinfo'): TaskOwner => ({ namespace, name });
const enterMany = (
  places: ReturnType<typeof createTaskPlaces>,
  owner: TaskOwner,
  count: number,
): TaskPlace[] => Array.from({ length: count }, () => places.enter(owner));
/** Undefined when the tester would answer 503. */
function enterIfRoom(places: TaskPlaces, owner: TaskOwner): TaskPlace | undefined {
  try {
    return places.enter(owner);
  } catch (error) {
    if (!(error instanceof TesterError) || error.status !== 503) throw error;
    return undefined;
  }
}

const ready = (entered: readonly TaskPlace[]): number => entered.filter(({ isReady }) => isReady).length;

describe('places for tasks', () => {
  it('are shared: a quarter for a namespace, an eighth for a canary', () => {
    expect(placeLimits(64)).toEqual({
      all: 64,
      perNamespace: 16,
      perCanary: 8,
      waiting: 128,
      waitingPerNamespace: 32,
      waitingPerCanary: 16,
    });
    const places = createTaskPlaces(placeLimits(64));
    expect(ready(enterMany(places, of('test', 'a'), 10))).toBe(8);
    expect(ready(enterMany(places, of('test', 'b'), 10))).toBe(8);
    expect(ready(enterMany(places, of('test', 'c'), 10))).toBe(0);
    expect(ready(enterMany(places, of('prod', 'a'), 8))).toBe(8);
    expect([places.running, places.waiting]).toEqual([24, 14]);
  });

  it('of one tenant that asks without end leave room for another one at once', () => {
    const places = createTaskPlaces(placeLimits(64));
    for (let canary = 0; canary < 100; canary += 1) {
      enterIfRoom(places, of('greedy', `canary-${canary}`));
    }
    expect(places.waiting).toBe(32);
    expect(ready([places.enter(of('modest'))])).toBe(1);
  });

  it('that become free go to the namespaces in turns, and first come, first served within one', () => {
    const places = createTaskPlaces({ ...placeLimits(64), all: 1 });
    const running = places.enter(of('test'));
    const order: string[] = [];
    const wait = (owner: TaskOwner): void => {
      const place = places.enter(owner);
      void place.ready.then(() => order.push(`${owner.namespace}/${owner.name}`)).then(() => place.leave());
    };
    for (const owner of [
      of('a', '1'),
      of('a', '2'),
      of('a', '3'),
      of('b', '1'),
      of('c', '1'),
      of('b', '2'),
    ]) {
      wait(owner);
    }
    running.leave();
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      expect(order).toEqual(['a/1', 'b/1', 'c/1', 'a/2', 'b/2', 'a/3']);
      expect([places.running, places.waiting]).toEqual([0, 0]);
    });
  });

  it('are refused by name when too many of a canary, a namespace or all wait', () => {
    const places = createTaskPlaces(placeLimits(8));
    enterMany(places, of('test'), 3);
    expect(() => places.enter(of('test'))).toThrow(
      'All places for tasks of Canary podinfo.test are taken, and 2 wait',
    );
    enterMany(places, of('test', 'b'), 3);
    expect(() => places.enter(of('test', 'c'))).toThrow('of namespace test are taken, and 4 wait');
    for (const namespace of ['b', 'c', 'd', 'e', 'f']) {
      for (const name of ['x', 'y', 'z', 'u', 'v', 'w']) {
        enterIfRoom(places, of(namespace, name));
      }
    }
    expect(() => places.enter(of('z'))).toThrow('of the tester are taken, and 16 wait');
  });

  it('never exceed a share, and never stay empty while a task waits that may run', () => {
    const limits = placeLimits(8);
    const step = fc.oneof(
      fc.record({
        namespace: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        name: fc.constantFrom('x', 'y', 'z'),
      }),
      fc.nat(50),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const places = createTaskPlaces(limits);
        const entered: { readonly owner: TaskOwner; readonly place: TaskPlace }[] = [];
        for (const next of steps) {
          if (typeof next === 'number') entered.splice(next % (entered.length || 1), 1)[0]?.place.leave();
          else {
            const place = enterIfRoom(places, next);
            if (place !== undefined) entered.push({ owner: next, place });
          }
          expectShares(entered, limits);
          expect(places.running + places.waiting).toBe(entered.length);
        }
        for (const { place } of entered.splice(0)) place.leave();
        expect([places.running, places.waiting]).toEqual([0, 0]);
      }),
    );
  });
});

function expectShares(
  entered: readonly { readonly owner: TaskOwner; readonly place: TaskPlace }[],
  limits: ReturnType<typeof placeLimits>,
): void {
  const running = entered.filter(({ place }) => place.isReady);
  const countOf = ({ namespace, name }: Partial<TaskOwner>): number =>
    running.filter(
      ({ owner }) => owner.namespace === namespace && (name === undefined || owner.name === name),
    ).length;
  expect(running.length).toBeLessThanOrEqual(limits.all);
  for (const { owner, place } of entered) {
    const { namespace } = owner;
    expect(countOf({ namespace })).toBeLessThanOrEqual(limits.perNamespace);
    expect(countOf(owner)).toBeLessThanOrEqual(limits.perCanary);
    if (place.isReady) continue;
    const isFull =
      running.length === limits.all ||
      countOf({ namespace }) === limits.perNamespace ||
      countOf(owner) === limits.perCanary;
    expect(isFull).toBe(true);
  }
}
