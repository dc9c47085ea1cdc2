/** Rotates items; one counter per key, so that each Service is balanced on its own. Keys are few: Service ports. */
export interface RoundRobin {
  /** All items, beginning with the next in turn; the others are fallbacks when it fails. */
  order<Item>(key: string, items: readonly Item[]): readonly Item[];
}

export function createRoundRobin(): RoundRobin {
  const turns = new Map<string, number>();
  return {
    order(key, items) {
      const turn = (turns.get(key) ?? -1) + 1;
      turns.set(key, turn);
      const first = items.length === 0 ? 0 : turn % items.length;
      return [...items.slice(first), ...items.slice(0, first)];
    },
  };
}
