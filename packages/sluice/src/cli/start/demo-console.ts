import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { startConsole } from '../../console/start-console.ts';
import type { RunningConsole } from '../../console/start-console.ts';
import { describeBy, newSecret } from '../console.ts';
import { consoleCluster } from '../console/console-cluster.ts';
import type { Environment } from '../environment.ts';
import { ownGuard } from '../own-guard.ts';
import { version } from '../version.ts';

export interface DemoConsoleDeps {
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly log: Log;
  readonly env: Environment;
}

/** The console of the local cluster, for our own user alone. `port` 0: any free one. */
export async function startDemoConsole(
  { kubeconfigPath }: LocalCluster,
  port: number,
  { clock, http, log, env }: DemoConsoleDeps,
): Promise<RunningConsole> {
  const connection = await loadKubeConfig({ kubeconfig: kubeconfigPath, env, clock });
  const cluster = consoleCluster(connection, { clock, log }, undefined);
  const guard = ownGuard({ ...env, SLUICE_PEERS: 'own-user' }, '');
  try {
    const running = await startConsole(
      { listen: { host: '127.0.0.1', port, guard }, access: { mode: 'kubeconfig' }, settings: [] },
      { cluster, clock, log, http, version, newSecret, describe: describeBy('gatewayapi:v1') },
    );
    return {
      url: running.url,
      async close() {
        await running.close();
        await cluster.close();
      },
    };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}
