import { impersonate } from '@sluice/kube/client/impersonate.ts';
import type { Impersonated } from '@sluice/kube/client/impersonate.ts';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import type { KubeConnection } from '@sluice/kube/login/kube-connection.ts';
import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import { createHttpClient } from '../platform/http-client.ts';
import type { ClosableHttpClient } from '../platform/http-client.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Environment } from './environment.ts';
import { version } from './version.ts';

/** The cluster of a person's kubeconfig. The caller of `connect` closes `http`. */
export interface Connected {
  readonly client: KubeClient;
  readonly http: ClosableHttpClient;
  readonly clock: Clock;
  /** URL of the API server. */
  readonly server: string;
  /** Namespace of the context, if it names one. */
  readonly namespace: string | undefined;
  /** Name of the user in the kubeconfig, not proven; undefined in a pod. */
  readonly user: string | undefined;
}

/** Flags that select the cluster; empty ones are resolved as in kubectl. */
export interface ConnectFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Overrides the kubeconfig's server. */
  readonly master?: string;
  /** False: a kubeconfig that needs a login is refused. */
  readonly mayLogIn?: boolean;
}

/** Connects a command that people run; its field manager tells its writes from the controller's. */
export async function connect(flags: ConnectFlags, env: Environment): Promise<Connected> {
  const clock = createSystemClock();
  const { context = '', ...rest } = flags;
  const connection = await loadKubeConfig({ ...rest, ...(context === '' ? {} : { context }), env, clock });
  const http = createHttpClient(connection.http);
  const client = kubeClientOf(connection, { http, clock, fieldManager: 'sluice-cli' });
  const { server, namespace, user } = connection;
  return { client, http, clock, server, namespace, user };
}

/** A client of the server of `connection`, with this version as user agent; `user`: in whose name it speaks. */
export function kubeClientOf(
  connection: KubeConnection,
  through: { readonly http: HttpClient; readonly clock: Clock; readonly fieldManager: string },
  user?: Impersonated,
): KubeClient {
  const own: KubeConnection['authorize'] = (headers) => connection.authorize(headers);
  return createKubeClient({
    ...through,
    server: connection.server,
    authorize: user === undefined ? own : impersonate(own, user),
    userAgent: `sluice/${version}`,
  });
}
