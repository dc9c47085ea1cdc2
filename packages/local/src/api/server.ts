import type { Hono } from 'hono';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { PodRuntime } from '../contracts.ts';
import type { Store } from '../store/store.ts';
import { createApp } from './app.ts';
import { createBookmarks } from './bookmarks.ts';
import type { ApiContext } from './context.ts';
import { listen, type ListenAddress, type RunningServer } from './listen.ts';
import { createPager } from './paging.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly runtime?: PodRuntime | undefined;
  readonly now: () => number;
  /** Timer of bookmarks and watch time-outs; real timers by default. */
  readonly setTimer?: Clock['setTimer'];
  readonly log?: Log;
}

export interface ApiServer {
  /** Answers without a socket: `app.fetch(new Request('http://local/api/v1/pods'))`. */
  readonly app: Hono;
  /** The kubelet comes up after the API server; until then logs and exec answer 503. */
  setRuntime(runtime: PodRuntime): void;
  listen(address: ListenAddress): Promise<RunningServer>;
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  let runtime = options.runtime;
  const closing = new AbortController();
  const { setTimer = setMachineTimer } = options;
  const context: ApiContext = {
    store: options.store,
    now: options.now,
    setTimer,
    bookmarks: createBookmarks(setTimer),
    pager: createPager(),
    log: options.log,
    runtime: () => runtime,
    closing: closing.signal,
  };
  const app = createApp(context);
  return {
    app,
    setRuntime: (given) => void (runtime = given),
    listen: (address) => listen(app, context, closing, address),
  };
}

const setMachineTimer: Clock['setTimer'] = (delayMs, action) => {
  const timer = setTimeout(action, Math.min(delayMs, 2 ** 31 - 1));
  return () => clearTimeout(timer);
};
