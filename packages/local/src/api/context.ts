import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { PodRuntime } from '../contracts.ts';
import type { Store } from '../store/store.ts';
import type { Bookmarks } from './bookmarks.ts';
import type { Pager } from './paging.ts';

/** Dependencies of every handler of the API server. */
export interface ApiContext {
  readonly store: Store;
  readonly now: () => number;
  readonly setTimer: Clock['setTimer'];
  readonly bookmarks: Bookmarks;
  readonly pager: Pager;
  readonly log: Log | undefined;
  /** Called at each use, because the kubelet starts after the API server. */
  readonly runtime: () => PodRuntime | undefined;
  /** Ends every watch when the server closes. */
  readonly closing: AbortSignal;
}
