import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { endProcess, startKubeApiServer } from './kube-apiserver.ts';
import type { KubeApiServerBinaries, RunningKubeApiServer } from './kube-apiserver.ts';

/** The API server of Kubernetes and those of its controllers that a rollout needs. */
export interface ControlPlane extends RunningKubeApiServer {
  /** File of a cluster administrator's kubeconfig. */
  readonly kubeconfig: string;
}

/** No node lifecycle: nobody sends heartbeats. No service accounts: pods get no token. */
const controllers = ['deployment', 'replicaset', 'endpointslice', 'garbagecollector', 'namespace'];

export async function startControlPlane(binaries: KubeApiServerBinaries): Promise<ControlPlane> {
  const server = await startKubeApiServer(binaries);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-control-plane-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(server)), { mode: 0o600 });
  const manager: ChildProcess = spawn(
    join(dirname(binaries.apiServer), 'kube-controller-manager'),
    [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=${controllers.join(',')}`,
      '--leader-elect=false',
      '--secure-port=0',
      '--use-service-account-credentials=false',
    ],
    { stdio: 'ignore' },
  );
  return {
    ...server,
    kubeconfig,
    async stop() {
      await endProcess(manager);
      rmSync(folder, { recursive: true, force: true });
      await server.stop();
    },
  };
}

/** The server's certificate is its own, made as it started. */
const kubeconfigOf = ({ url, token }: RunningKubeApiServer): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'test', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  users: [{ name: 'admin', user: { token } }],
  'current-context': 'test',
});
