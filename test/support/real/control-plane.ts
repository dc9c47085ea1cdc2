import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endProcess, guardedFolder, guardedSpawn } from './guarded-spawn.ts';
import { startKubeApiServer } from './kube-apiserver.ts';
import type { KubeApiServerBinaries, KubeApiServerOptions, RunningKubeApiServer } from './kube-apiserver.ts';

/** The API server of Kubernetes and those of its controllers that a rollout needs. */
export interface ControlPlane extends RunningKubeApiServer {
  /** File of a cluster administrator's kubeconfig. */
  readonly kubeconfig: string;
}

export interface ControlPlaneOptions extends KubeApiServerOptions {
  /** Of kube-controller-manager, beyond those that a rollout needs. */
  readonly controllers?: readonly string[];
}

/** No node lifecycle: nobody sends heartbeats. No service accounts: pods get no token. */
const controllers = [
  'deployment',
  'replicaset',
  'daemonset',
  'endpointslice',
  'garbagecollector',
  'namespace',
];

export async function startControlPlane(
  binaries: KubeApiServerBinaries,
  options: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const server = await startKubeApiServer(binaries, options);
  const kubeconfig = writeTestKubeconfig(server.url, { token: server.token });
  const manager = guardedSpawn(join(dirname(binaries.apiServer), 'kube-controller-manager'), [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${[...controllers, ...(options.controllers ?? [])].join(',')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--use-service-account-credentials=false',
    // Its own limit is made for clusters: 20 requests a second are few when a test is in a hurry.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ]);
  return {
    ...server,
    kubeconfig,
    async stop() {
      await endProcess(manager);
      await server.stop();
    },
  };
}

/** Writes a kubeconfig for one user of a server whose certificate is its own; answers the file's name. */
export function writeTestKubeconfig(server: string, user: Readonly<Record<string, unknown>>): string {
  const file = join(guardedFolder('kubeconfig'), 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    users: [{ name: 'user', user }],
    'current-context': 'test',
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
