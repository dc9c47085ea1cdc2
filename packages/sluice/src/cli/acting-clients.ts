import { createRotatingHttp } from '@sluice/kube/client/rotating-http.ts';
import type { KubeConnection } from '@sluice/kube/login/kube-connection.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { User } from '../people/who-am-i.ts';
import { createHttpClient } from '../platform/http-client.ts';
import { kubeClientOf } from './connect.ts';

/** Clients of one API server over the same connections. */
export interface ActingClients {
  /** Speaks in the name of a user, or with the own credentials. */
  clientAs(user?: User): KubeClient;
  close(): Promise<void>;
}

/** For programs that write what users decide. `fieldManager` tells their writes from others. */
export function createActingClients(
  connection: KubeConnection,
  { clock, fieldManager }: { readonly clock: Clock; readonly fieldManager: string },
): ActingClients {
  const http = createRotatingHttp({ connection, clock, create: createHttpClient });
  return {
    clientAs: (user) => kubeClientOf(connection, { http, clock, fieldManager }, user),
    close: () => http.close(),
  };
}
