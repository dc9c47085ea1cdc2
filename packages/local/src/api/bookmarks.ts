import type { CancelTimer, Clock } from '@sluice/lib/ports/clock.ts';

const everyMs = 60_000;

/** Sends a bookmark to each open watch that asked for bookmarks, once a minute, with one timer. */
export interface Bookmarks {
  /** Calls `send` once a minute, until the returned function is called. */
  add(send: () => void): () => void;
}

export function createBookmarks(setTimer: Clock['setTimer']): Bookmarks {
  const senders = new Set<() => void>();
  let cancel: CancelTimer | undefined;

  function arm(): void {
    cancel = setTimer(everyMs, () => {
      // The timer is set first, because `send` may end its own watch, even the last one.
      arm();
      for (const send of senders) send();
    });
  }

  return {
    add(send) {
      senders.add(send);
      if (senders.size === 1) arm();
      return () => {
        if (senders.delete(send) && senders.size === 0) cancel?.();
      };
    },
  };
}
