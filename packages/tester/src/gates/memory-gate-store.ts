import type { GateStore } from './gate-store.ts';

/** Gates in memory: a restart closes them. */
export function createMemoryGateStore(): GateStore {
  const open = new Set<string>();
  return {
    async get(key) {
      return open.has(key);
    },
    async set(key, isOpen) {
      if (isOpen) open.add(key);
      else open.delete(key);
    },
    async close() {},
  };
}
