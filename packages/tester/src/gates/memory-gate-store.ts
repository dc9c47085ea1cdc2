import type { Clock } from '@sluice/lib/ports/clock.ts';
import { formatGateKey } from './gate-key.ts';
import { allOpen, type GateState, type GateStore, inOrder, mostGates } from './gate-store.ts';

/** Gates in memory: a restart closes them. */
export function createMemoryGateStore(clock: Clock, limit = mostGates): GateStore {
  // In the order of their last change.
  const states = new Map<string, GateState>();
  const makeRoom = (): void => {
    const closed = states.entries().find(([, state]) => !state.open);
    if (closed === undefined) throw allOpen(limit);
    states.delete(closed[0]);
  };
  return {
    async get(key) {
      return states.get(formatGateKey(key))?.open === true;
    },
    async set({ kind, namespace, name }, open, by) {
      const text = formatGateKey({ kind, namespace, name });
      const changedAt = new Date(clock.now()).toISOString();
      // guard: gates-are-bounded
      if (!states.has(text) && states.size >= limit) makeRoom();
      states.delete(text);
      states.set(text, { kind, namespace, name, open, changedBy: by, changedAt });
    },
    async list() {
      return inOrder([...states.values()]);
    },
    async close() {},
  };
}
