import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { createStore } from '@sluice/local/store/store.ts';
import type { Store } from '@sluice/local/store/store.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { countedIdentities } from '../scenario/counted-identities.ts';
import { createInProcessHttp } from './in-process-http.ts';
import { observeWrites } from '../checks/observe-writes.ts';
import type { ObserveWrite } from '../checks/observe-writes.ts';

export interface LocalKube {
  readonly store: Store;
  /** A client of its own; `wrap` stands between it and the server, to break what it likes. Its deadlines count by `own`. */
  client(wrap?: (http: HttpClient) => HttpClient, own?: Clock): KubeClient;
}

/** The local cluster's API server without a socket, and clients for it. */
export function createLocalKube(clock: Clock, observe?: (store: Store) => ObserveWrite): LocalKube {
  const now = (): number => clock.now();
  const store = createStore({ now, identities: countedIdentities() });
  const served = observe === undefined ? store : observeWrites(store, observe(store));
  const { app } = createApiServer({
    store: served,
    now,
    setTimer: (delayMs, action) => clock.setTimer(delayMs, action),
  });
  const http = createInProcessHttp((request) => app.fetch(request));
  return {
    store,
    client: (wrap = (same) => same, own = clock) =>
      createKubeClient({
        http: wrap(http),
        server: 'http://local',
        authorize: (headers) => Promise.resolve({ ...headers }),
        fieldManager: 'sluice',
        clock: own,
      }),
  };
}
