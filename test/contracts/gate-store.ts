import { afterEach, describe, expect, it } from 'vitest';
import type { GateStore } from '@sluice/tester/gates/gate-store.ts';

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
      expect(await createStore().get('podinfo.test')).toBe(false);
    });

    it('opens and closes a gate, twice over without complaint', async () => {
      const store = createStore();
      await store.set('podinfo.test', true, 'alice');
      await store.set('podinfo.test', true);
      expect(await store.get('podinfo.test')).toBe(true);
      await store.set('podinfo.test', false, 'bob');
      await store.set('podinfo.test', false);
      expect(await store.get('podinfo.test')).toBe(false);
    });

    it('keeps gates apart by their whole key', async () => {
      const store = createStore();
      await store.set('rollback.podinfo.test', true);
      expect(await store.get('podinfo.test')).toBe(false);
      expect(await store.get('rollback.podinfo')).toBe(false);
      expect(await store.get("rollback.podinfo.test' OR '1'='1")).toBe(false);
      expect(await store.get('rollback.podinfo.test')).toBe(true);
    });

    it('takes any name as data', async () => {
      const store = createStore();
      for (const key of ['__proto__.test', "a'; DROP TABLE gates; --", 'ä.☃', 'constructor.toString']) {
        expect(await store.get(key)).toBe(false);
        await store.set(key, true);
        expect(await store.get(key)).toBe(true);
      }
    });
  });
}
