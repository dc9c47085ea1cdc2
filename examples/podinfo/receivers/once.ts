/** Remembers what was posted, so that a delivery that is tried again is not posted twice. */
export interface Once {
  /**
   * Runs `action` unless it succeeded before under this `id`; answers whether it ran to success now. A second caller
   * of an action still running gets the outcome of the first. After a failure the next caller runs it again.
   */
  run(id: string | undefined, action: () => Promise<void>): Promise<'done' | 'repeated'>;
}

/** Keeps the last `limit` ids. */
export function createOnce(limit = 1000): Once {
  const known = new Map<string, Promise<void>>();
  return {
    async run(id, action) {
      if (id === undefined) {
        await action();
        return 'done';
      }
      const before = known.get(id);
      if (before !== undefined) {
        await before;
        return 'repeated';
      }
      const running = action();
      known.set(id, running);
      const oldest = known.keys().next();
      if (known.size > limit && oldest.done !== true) known.delete(oldest.value);
      try {
        await running;
      } catch (error) {
        known.delete(id);
        throw error;
      }
      return 'done';
    },
  };
}
