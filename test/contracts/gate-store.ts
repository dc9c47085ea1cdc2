import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { GateKey } from '@sluice/tester/gates/gate-key.ts';
import type { GateStore } from '@sluice/tester/gates/gate-store.ts';
import { anyGateKey } from './gate-keys.ts';

const gate: GateKey = { kind: 'gate', namespace: 'test', name: 'podinfo' };
const rollback: GateKey = { ...gate, kind: 'rollback' };

/** What every gate store keeps to. `create` answers an empty one. */
export function describeGateStoreContract(name: string, create: () => GateStore): void {
  describe(`${name} as a gate store`, () => {
    const opened: GateStore[] = [];
    const createStore = (): GateStore => {
      const store = create();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store.close()));
    });

    it('keeps a gate closed that nobody has opened', async () => {
      expect(await createStore().get(gate)).toBe(false);
    });

    it('opens and closes a gate, twice over without complaint', async () => {
      const store = createStore();
      await store.set(gate, true, 'alice');
      await store.set(gate, true);
      expect(await store.get(gate)).toBe(true);
      await store.set(gate, false, 'bob');
      await store.set(gate, false);
      expect(await store.get(gate)).toBe(false);
    });

    it('never opens a gate or switch by another one, whatever their names are', async () => {
      const store = createStore();
      const property = fc.asyncProperty(anyGateKey, anyGateKey, async (one, other) => {
        const areSame =
          one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
        await store.set(one, true);
        await store.set(other, false);
        expect(await store.get(one)).toBe(!areSame);
        await store.set(one, false);
      });
      await fc.assert(property, { numRuns: 60 });
    });

    it('takes any name as data', async () => {
      const store = createStore();
      for (const odd of ['__proto__', "a'; DROP TABLE gates; --", 'ä.☃', 'constructor', '\0', '"],["']) {
        const key: GateKey = { ...gate, name: odd };
        expect(await store.get(key)).toBe(false);
        await store.set(key, true);
        expect(await store.get(key)).toBe(true);
        expect(await store.list()).toContainEqual(expect.objectContaining({ ...key, open: true }));
      }
    });

    it('lists what was set, by namespace, name and kind, with who changed it and when', async () => {
      const store = createStore();
      await store.set({ ...gate, namespace: 'zoo' }, true);
      await store.set(rollback, false, 'alice');
      await store.set(gate, true, 'bob');
      const changedAt = '2026-01-01T00:00:00.000Z';
      expect(await store.list()).toEqual([
        { ...gate, open: true, changedBy: 'bob', changedAt },
        { ...rollback, open: false, changedBy: 'alice', changedAt },
        { ...gate, namespace: 'zoo', open: true, changedBy: undefined, changedAt },
      ]);
    });
  });
}
