import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Phase } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { applyManifests, readManifests } from '@sluice/sluice/cli/start/manifests.ts';
import { sluiceCommand } from '@sluice/sluice/cli/sluice-command.ts';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { createLog } from '@sluice/sluice/platform/log.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { createBenchClient } from './bench-client.ts';
import { startReceiver } from './receiver.ts';

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
  await using started = new AsyncDisposableStack();
  const clock = createSystemClock();
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  started.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const receiver = await startReceiver(onHook);
  started.defer(() => receiver.close());
  const cluster = await startCluster(dataDir, clock);
  started.defer(() => cluster.close());
  const connection = createBenchClient(cluster.apiUrl, clock);
  started.defer(() => connection.close());
  const { client } = connection;
  const signal = AbortSignal.timeout(longestBenchMs);
  for (const file of ['namespaces.yaml', 'gateway.yaml', 'controller.yaml']) {
    await applyManifests(client, readManifests(file), signal);
  }
  const ends = started.move();
  return {
    client,
    signal,
    hookUrl: receiver.url,
    reaches: (name, phase) => reachPhase({ cluster, clock, name, phase }),
    [Symbol.asyncDispose]: () => ends.disposeAsync(),
  };
}

function startCluster(dataDir: string, clock: Clock): Promise<LocalCluster> {
  return createLocalCluster({
    dataDir,
    clock,
    log: createLog({ level: 'error', encoding: 'console', destination: process.stderr, clock }),
    environment: process.env,
    crdFolder: join(import.meta.dirname, '../deploy/crds'),
    programs: { sluice: sluiceCommand() },
  });
}

interface PhaseWait {
  readonly cluster: LocalCluster;
  readonly clock: Clock;
  readonly name: string;
  readonly phase: Phase;
}

function reachPhase({ cluster: { store }, clock, name, phase }: PhaseWait): Promise<number> {
  const isThere = (): boolean => {
    const canary = store.get(canaries, { namespace: 'test', name });
    return (canary?.['status'] as { phase?: string } | undefined)?.phase === phase;
  };
  return new Promise((resolve, reject) => {
    if (isThere()) return resolve(performance.now());
    const cancel = clock.setTimer(longestPhaseMs, () => reject(new Error(`${name} did not reach ${phase}`)));
    const stop = store.subscribe(canaries, () => {
      if (!isThere()) return;
      cancel();
      queueMicrotask(() => stop());
      resolve(performance.now());
    });
  });
}
