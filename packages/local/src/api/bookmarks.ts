import type { CancelTimer, Clock } from '@sluice/lib/ports/clock.ts';

const everyMs = 60_000;

/** Sends a bookmark to every open watch that wants one, once a minute, by one timer. */
export interface Bookmarks {
  /** Calls `send` once a minute; the answer ends it. */
  add(send: () => void): () => void;
}

export function createBookmarks(setTimer: Clock['setTimer']): Bookmarks {
  const senders = new Set<() => void>();
  let cancel: CancelTimer | undefined;

  function arm(): void {
    cancel = setTimer(everyMs, () => {
      // Armed first: a sender may end its own watch, the last one included.
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
