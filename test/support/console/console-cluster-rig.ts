import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { consoleCluster } from '@sluice/sluice/cli/console/console-cluster.ts';
import { describeBy } from '@sluice/sluice/cli/console/own-console.ts';
import type { AccessOptions } from '@sluice/sluice/console/console-deps.ts';
import { startConsole } from '@sluice/sluice/console/start-console.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { installCanaryKind, putCanary } from './put-canaries.ts';
import { startTcpRelay } from './tcp-relay.ts';
import { takeDecisions } from './stand-in-controller.ts';

export type ConsoleRig = Awaited<ReturnType<typeof startConsoleRig>>;

/** A console on a port of its own, over the local cluster's API server, with a stand-in of the controller's decisions. */
export async function startConsoleRig(
  canaries: readonly AnyKubeObject[],
  access: AccessOptions = { mode: 'kubeconfig' },
) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-console-'));
  const clock = createSystemClock();
  const log = createFakeLog();
  const store = createStore({ now: () => Date.now() });
  installBasics(store, undefined);
  const server = createApiServer({ store, now: () => Date.now() });
  const listening = await server.listen({ host: '127.0.0.1', port: 0 });
  const kubeconfig = join(folder, 'kubeconfig');
  writeKubeconfig(kubeconfig, listening.url);
  const connection = await loadKubeConfig({ kubeconfig, env: {}, clock });
  const http = createHttpClient(connection.http);
  const kube = createKubeClient({
    http,
    clock,
    server: connection.server,
    authorize: (headers) => connection.authorize(headers),
    fieldManager: 'test',
  });
  await installCanaryKind(kube).catch((error: unknown) => {
    if (!String(error).includes('AlreadyExists')) throw error;
  });
  for (const object of canaries) await putCanary(kube, object);
  const cluster = consoleCluster(connection, { clock, log }, undefined);
  const running = await startConsole(
    {
      listen: { host: '127.0.0.1', port: 0, guard: { isOwn: () => false } },
      access,
      settings: [['Access', 'kubeconfig', 'default on loopback']],
    },
    {
      cluster,
      clock,
      log,
      http,
      version: '0.1.0',
      newSecret: () => randomBytes(32).toString('base64url'),
      describe: describeBy('istio'),
    },
  );
  const relay = await startTcpRelay(running.url);
  const stopController = takeDecisions(cluster.canaries, kube, () => Date.now());
  return {
    /** Through a relay that can be cut. */
    url: relay.url,
    relay,
    kube,
    log,
    store,
    async close(): Promise<void> {
      stopController();
      await relay.close();
      await running.close();
      await cluster.close();
      await http.close();
      await listening.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
