/** Ways to remove the series of each owner. prom-client removes a series only by its full label set. */
export interface SeriesRemovals {
  /** `remove` takes the series `what` of `owner` away; it replaces the one noted before, which is not called. */
  note(owner: string, what: string, remove: () => void): void;
  run(owner: string): void;
}

export function createSeriesRemovals(): SeriesRemovals {
  const byOwner = new Map<string, Map<string, () => void>>();
  return {
    note(owner, what, remove) {
      const known = byOwner.get(owner) ?? new Map<string, () => void>();
      byOwner.set(owner, known.set(what, remove));
    },
    run(owner) {
      for (const remove of byOwner.get(owner)?.values() ?? []) remove();
      byOwner.delete(owner);
    },
  };
}
