import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Phase } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { applyManifests, readManifests } from '@sluice/sluice/cli/start/manifests.ts';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { sluiceCommand } from '@sluice/sluice/cli/sluice-command.ts';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createLog } from '@sluice/sluice/platform/log.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

export interface BenchCluster extends AsyncDisposable {
  readonly client: KubeClient;
  readonly signal: AbortSignal;
  /** Of the receiver of hooks, which answers as `onHook` says. */
  readonly hookUrl: string;
  /** Resolves with the moment (of `performance.now()`) at which the canary of this name is seen in `phase`. */
  reaches(name: string, phase: Phase): Promise<number>;
}

const longestBenchMs = 300_000;
const longestPhaseMs = 120_000;

/** A local cluster with the controller in it and a receiver of hooks beside it. */
export async function startBenchCluster(onHook: RequestListener): Promise<BenchCluster> {
  const clock = createSystemClock();
  const log = createLog({ level: 'error', encoding: 'console', destination: process.stderr, clock });
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const receiver = createServer(onHook);
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  const crdFolder = join(import.meta.dirname, '../deploy/crds');
  const cluster = await createLocalCluster({
    dataDir,
    clock,
    log,
    environment: process.env,
    crdFolder,
    programs: { sluice: sluiceCommand() },
  });
  const signal = AbortSignal.timeout(longestBenchMs);
  const authorize = (headers: Readonly<Record<string, string>>) => Promise.resolve({ ...headers });
  const client = createKubeClient({ http, server: cluster.apiUrl, authorize, clock, fieldManager: 'bench' });
  for (const file of ['namespaces.yaml', 'gateway.yaml', 'controller.yaml']) {
    await applyManifests(client, readManifests(file), signal);
  }
  return {
    client,
    signal,
    hookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    reaches: (name, phase) =>
      new Promise((resolve, reject) => {
        const isThere = (): boolean => {
          const canary = cluster.store.get(canaries, { namespace: 'test', name });
          return (canary?.['status'] as { phase?: string } | undefined)?.phase === phase;
        };
        if (isThere()) return resolve(performance.now());
        const cancel = clock.setTimer(longestPhaseMs, () =>
          reject(new Error(`${name} did not reach ${phase}`)),
        );
        const stop = cluster.store.subscribe(canaries, () => {
          if (!isThere()) return;
          cancel();
          queueMicrotask(() => stop());
          resolve(performance.now());
        });
      }),
    async [Symbol.asyncDispose]() {
      await cluster.close();
      await http.close();
      receiver.close();
      receiver.closeAllConnections();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
