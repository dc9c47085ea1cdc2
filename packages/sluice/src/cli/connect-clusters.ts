import { createRotatingHttp } from '@sluice/kube/client/rotating-http.ts';
import { splitByKind } from '@sluice/kube/client/split-by-kind.ts';
import type { KubeConnection } from '@sluice/kube/login/kube-connection.ts';
import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { createHttpClient } from '../platform/http-client.ts';
import { meshKinds } from '../routers/index.ts';
import { connect, kubeClientOf } from './connect.ts';
import type { Connected } from './connect.ts';
import type { ControllerFlags } from './controller-flags.ts';
import type { Environment } from './environment.ts';

/** The cluster of the Canaries, and the one of the mesh where there is another. */
export interface Clusters {
  /** Sends requests for a kind to the cluster that has it. */
  readonly client: KubeClient;
  /** Client with its own connections: other requests must not delay the renewal of the lease. */
  readonly leaseClient: KubeClient;
  /** Whether the objects of routers are behind another API server than Canaries. */
  readonly hasMeshCluster: boolean;
  close(): Promise<void>;
}

type ClusterFlags = Pick<ControllerFlags, 'kubeconfig' | 'kubeconfig-service-mesh' | 'master'>;

/** Connects the controller. Throws `SluiceError` for a kubeconfig that cannot be read. */
export async function connectClusters(
  flags: ClusterFlags,
  env: Environment,
  clock: Clock,
): Promise<Clusters> {
  const closers: (() => Promise<void>)[] = [];
  const clientOf = (connection: KubeConnection): KubeClient => {
    const http = createRotatingHttp({ connection, clock, create: createHttpClient });
    closers.push(() => http.close());
    return kubeClientOf(connection, { http, clock, fieldManager: 'sluice' });
  };
  const main = await loadKubeConfig({ kubeconfig: flags.kubeconfig, master: flags.master, env, clock });
  const path = flags['kubeconfig-service-mesh'];
  const mesh = path === '' ? undefined : await loadKubeConfig({ kubeconfig: path, env, clock });
  const mainClient = clientOf(main);
  return {
    client: mesh === undefined ? mainClient : splitByKind(mainClient, clientOf(mesh), meshKinds),
    leaseClient: clientOf(main),
    hasMeshCluster: mesh !== undefined && mesh.server !== main.server,
    async close() {
      for (const close of closers) await close();
    },
  };
}

/** Connects a command that people run. Throws `SluiceError` for a kubeconfig that cannot be read. */
export async function connectClustersOnce(
  { 'kubeconfig-service-mesh': path, ...flags }: ClusterFlags & { readonly context: string },
  env: Environment,
): Promise<Connected & Pick<Clusters, 'hasMeshCluster'>> {
  const main = await connect(flags, env);
  if (path === '') return { ...main, hasMeshCluster: false };
  const mesh = await connect({ kubeconfig: path }, env);
  return {
    ...main,
    client: splitByKind(main.client, mesh.client, meshKinds),
    hasMeshCluster: mesh.server !== main.server,
    http: {
      ...main.http,
      async close() {
        await main.http.close();
        await mesh.http.close();
      },
    },
  };
}
