import { dirname, join, resolve } from 'node:path';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { boundEvents } from './bound-events.ts';
import { createApiServer } from './api/server.ts';
import { lockDataDir } from './cluster-lock.ts';
import type { ClusterLock } from './cluster-lock.ts';
import type { ImageCatalog, ImageCommand } from './contracts.ts';
import { startControllers } from './controllers/start-controllers.ts';
import { createEventRecorder } from './event-recorder.ts';
import { createImageCatalog } from './images/image-catalog.ts';
import { installBasics } from './install-basics.ts';
import type { BackOffPace } from './kubelet/back-off.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import type { Kubelet } from './kubelet/kubelet.ts';
import { startProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { clusterMark, endMarked } from './marked-processes.ts';
import { startGateway } from './network/gateway/start-gateway.ts';
import type { LocalGateway } from './network/gateway/start-gateway.ts';
import { startPodNetwork } from './network/pod-network.ts';
import type { LocalNetwork } from './network/pod-network.ts';
import { startQueryEndpoint } from './query/start-query-endpoint.ts';
import { createStore } from './store/store.ts';
import type { Store } from './store/store.ts';
import { writeKubeconfig } from './write-kubeconfig.ts';

export interface LocalClusterOptions {
  /** Holds the lock, the kubeconfig, programs, logs and volumes; one cluster at a time. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Variables of the machine; containers get a few of them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default 0: any free port. */
  readonly apiPort?: number;
  readonly gatewayPort?: number;
  /** YAML files of the CustomResourceDefinitions to install. */
  readonly crdFolder?: string;
  readonly pace?: BackOffPace;
  /** More images by repository, and more programs for containers by name; pods of Sluice's own images run `sluice`. */
  readonly images?: Readonly<Record<string, ImageCommand>>;
  readonly programs?: Readonly<Record<string, readonly [string, ...string[]]>>;
}

export interface LocalCluster {
  readonly kubeconfigPath: string;
  /** With the secret in its path: for clients, never for a log. */
  readonly apiUrl: string;
  /** The same without the secret: what may be shown. */
  readonly apiOrigin: string;
  readonly gatewayUrl: string;
  /** Answers PromQL in Prometheus' form about the pods it scrapes: `-metrics-server` of the controller. */
  readonly metricsUrl: string;
  readonly gateway: LocalGateway;
  readonly network: LocalNetwork;
  readonly store: Store;
  /** Ends every process of the cluster, within some seconds. Safe to call twice. */
  close(): Promise<void>;
}

/** Outside of 127.0.0.0/8, which clients reach without a proxy: only a proxy can answer for a Service's address. */
const clusterIpPrefix = '10.96';

/** Grace period of pods when the cluster closes, whatever their own. */
const closeGraceMs = 3000;

/**
 * Starts a Kubernetes-shaped cluster in this process. Throws `SluiceError` when the data directory or a port is not
 * available; nothing is left running then.
 */
export async function createLocalCluster(options: LocalClusterOptions): Promise<LocalCluster> {
  await using started = new AsyncDisposableStack();
  const dataDir = resolve(options.dataDir);
  const lock = lockDataDir(dataDir);
  started.defer(() => lock.release());
  if (lock.cleanedUp > 0) {
    options.log.warn('ended processes of an earlier cluster', { count: lock.cleanedUp });
  }
  const parts = await startParts({ ...options, dataDir }, lock, started);
  const running = started.move();
  let closing: Promise<void> | undefined;
  return { ...parts, close: () => (closing ??= running.disposeAsync()) };
}

type Parts = Omit<LocalCluster, 'close'>;

/** Starts the parts in this order; closing reverses it. */
async function startParts(
  options: LocalClusterOptions,
  lock: ClusterLock,
  started: AsyncDisposableStack,
): Promise<Parts> {
  const { dataDir, clock, log } = options;
  const now = (): number => clock.now();
  const store = createStore({ now, clusterIpPrefix });
  const network = await startPodNetwork({ store });
  started.defer(network.close.bind(network));
  installBasics(store, options.crdFolder);
  started.defer(boundEvents(store, clock));
  const apiServer = createApiServer({ store, now, log: log.child({ part: 'api' }) });
  const listening = apiServer.listen({ host: '127.0.0.1', port: options.apiPort ?? 0 });
  const api = await naming('--api-port', listening);
  started.defer(() => api.close());
  const kubeconfigPath = join(dataDir, 'kubeconfig');
  writeKubeconfig(kubeconfigPath, api.url);
  const starting = startGateway({ store, network, log, port: options.gatewayPort ?? 0, now });
  const gateway = await naming('--gateway-port', starting);
  started.defer(() => gateway.close());
  const query = await startQueryEndpoint({ store, now, port: 0 });
  started.defer(() => query.close());
  const kubelet = startProcesses(options, { store, network, kubeconfigPath, lock }, started);
  apiServer.setRuntime(kubelet);
  const record = createEventRecorder({ store, now, component: 'sluice-local-controllers' });
  started.defer(startControllers({ store, clock, record }, log));
  return {
    kubeconfigPath,
    apiUrl: api.url,
    apiOrigin: api.origin,
    gatewayUrl: gateway.url,
    metricsUrl: query.url,
    gateway,
    network,
    store,
  };
}

/** Names the flag in an error, because the parts do not know their flags. */
async function naming<T>(flag: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    throw new SluiceError(`${describeError(error)} (choose another port with ${flag})`, { cause: error });
  }
}

interface Surroundings {
  readonly store: Store;
  readonly network: LocalNetwork;
  readonly kubeconfigPath: string;
  readonly lock: ClusterLock;
}

function startProcesses(
  options: LocalClusterOptions,
  { store, network, kubeconfigPath, lock }: Surroundings,
  started: AsyncDisposableStack,
): Kubelet {
  const { dataDir, clock, log, pace } = options;
  const images = createImageCatalog({
    directory: dataDir,
    ...(options.images === undefined ? {} : { images: options.images }),
    ...(options.programs === undefined ? {} : { extraPrograms: options.programs }),
  });
  const base = {
    ...containerBase(options.environment, images),
    KUBECONFIG: kubeconfigPath,
    // Loopback addresses are reached by all users of the machine; what listens with our guard refuses the others.
    SLUICE_PEERS: 'own-user',
    [clusterMark]: lock.clusterId,
  };
  // Processes that left their group are found by their mark.
  started.defer(() => endMarked(lock.clusterId));
  const guard = startProcessGuard({ path: options.environment['PATH'] ?? '/usr/bin:/bin' });
  started.defer(() => guard.close());
  const record = createEventRecorder({ store, now: () => clock.now(), component: 'kubelet' });
  const kubelet = startKubelet({
    store,
    images,
    network,
    clock,
    log: log.child({ part: 'kubelet' }),
    guard,
    record,
    base,
    folder: join(dataDir, 'pods'),
    version: 'v1.36.0-sluice',
    ...(pace === undefined ? {} : { pace }),
  });
  started.defer(() => kubelet.close(closeGraceMs));
  return kubelet;
}

/** Passes few variables of the machine: a container must not depend on its settings, nor see its secrets. */
function containerBase(
  environment: LocalClusterOptions['environment'],
  images: ImageCatalog,
): Record<string, string> {
  const passed = ['HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Our own Node before the machine's, so that `node` means the same everywhere.
  const path = [images.programs, dirname(process.execPath), environment['PATH'] ?? '/usr/bin:/bin'].join(':');
  return { ...Object.fromEntries(passed), PATH: path };
}
