import { execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { within } from '../../../contracts/kube-client/contract-space.ts';
import { endProcess, guardedFolder, guardedSpawn } from '../guarded-spawn.ts';
import { readDefinitions } from '../install-definitions.ts';

export interface DataPlaneBinaries {
  readonly contour: string;
  readonly envoy: string;
  /** Folder of the definitions that Contour insists on beside Gateway API's. */
  readonly definitions: string;
}

export interface DataPlane {
  /** Where the gateway listens. */
  readonly url: string;
  /** Whether Contour hangs: Envoy then goes on as it was told last. */
  freeze(frozen: boolean): void;
  stop(): Promise<void>;
}

/** Undefined unless SLUICE_DATA_PLANE names the folder that scripts/data-plane prints. */
export function dataPlaneBinaries(
  env: Readonly<Record<string, string | undefined>>,
): DataPlaneBinaries | undefined {
  const folder = env['SLUICE_DATA_PLANE'];
  if (folder === undefined || folder === '') return undefined;
  const binaries = {
    contour: join(folder, 'contour'),
    envoy: join(folder, 'envoy'),
    definitions: join(folder, 'definitions'),
  };
  return Object.values(binaries).every((path) => existsSync(path)) ? binaries : undefined;
}

export const contourDefinitions = ({ definitions }: DataPlaneBinaries): readonly AnyKubeObject[] =>
  readDefinitions(definitions);

const group = 'gateway.networking.k8s.io';
const apiVersion = `${group}/v1`;
const gatewayClasses: ResourceType = {
  group,
  version: 'v1',
  plural: 'gatewayclasses',
  kind: 'GatewayClass',
  namespaced: false,
};
const gateways: ResourceType = {
  group,
  version: 'v1',
  plural: 'gateways',
  kind: 'Gateway',
  namespaced: true,
};

/** For `spec.service.gatewayRefs`. */
export const gatewayRef = { name: 'gateway', namespace: 'gateways' } as const;

/** Contour moves the ports of a Gateway up by 8000: programs need no right to listen below 1024. */
const [gatewayPort, envoyPort] = [80, 8080];
const xdsPort = 8001;
/** Kinds of Gateway API's experimental channel, which is not installed. */
const absent = ['tlsroutes', 'tcproutes', 'backendtlspolicies'];

/**
 * Contour and Envoy: a real implementation of the Gateway API for one Gateway that takes the routes of all namespaces.
 * Ports are fixed: it needs a network namespace of its own, in a cluster whose namespaces hold `gatewayRef`'s.
 */
export async function startDataPlane(
  binaries: DataPlaneBinaries,
  client: KubeClient,
  kubeconfig: string,
): Promise<DataPlane> {
  await createGateway(client);
  const folder = guardedFolder('data-plane');
  const config = join(folder, 'contour.yaml');
  writeFileSync(config, JSON.stringify({ gateway: { gatewayRef } }));
  const contour = keepRunning(binaries.contour, [
    'serve',
    '--insecure',
    '--xds-address=127.0.0.1',
    `--xds-port=${xdsPort}`,
    '--disable-leader-election',
    `--kubeconfig=${kubeconfig}`,
    `--config-path=${config}`,
    ...absent.map((kind) => `--disable-feature=${kind}`),
  ]);
  const bootstrap = join(folder, 'envoy.json');
  const xds = ['--xds-address=127.0.0.1', `--xds-port=${xdsPort}`, '--xds-resource-version=v3'];
  const admin = `--admin-address=${join(folder, 'admin.sock')}`;
  execFileSync(binaries.contour, ['bootstrap', bootstrap, ...xds, admin], { stdio: 'ignore' });
  const node = ['--service-cluster', 'gateway', '--service-node', 'gateway'];
  // Its access log goes to /dev/stdout, which a pipe of Node's, being a socket, is not: it then takes no listener.
  // Hot restarts would share memory with other Envoys of this machine.
  const own = ['--disable-hot-restart', '--concurrency', '1', '--log-level', 'off'];
  const envoy = keepRunning(binaries.envoy, ['-c', bootstrap, ...node, ...own]);
  return {
    url: `http://127.0.0.1:${envoyPort}`,
    freeze: (frozen) => contour.signal(frozen ? 'SIGSTOP' : 'SIGCONT'),
    async stop() {
      await envoy.stop();
      await contour.stop();
    },
  };
}

/** Starts a program again when it ends, as a kubelet does: Contour gives up when the API server does not speak of its kinds yet. */
function keepRunning(program: string, args: readonly string[]) {
  let isOver = false;
  let child: ChildProcess;
  const start = (): void => {
    if (isOver) return;
    child = guardedSpawn(program, args);
    child.once('exit', () => setTimeout(start, 500));
  };
  start();
  return {
    signal: (signal: NodeJS.Signals): void => void child.kill(signal),
    async stop(): Promise<void> {
      isOver = true;
      await endProcess(child, 'SIGKILL');
    },
  };
}

async function createGateway(client: KubeClient): Promise<void> {
  const metadata = { name: gatewayRef.name };
  const controllerName = 'projectcontour.io/gateway-controller';
  const gatewayClass = { apiVersion, kind: 'GatewayClass', metadata, spec: { controllerName } };
  const allowedRoutes = { namespaces: { from: 'All' } };
  const listeners = [{ name: 'http', protocol: 'HTTP', port: gatewayPort, allowedRoutes }];
  const spec = { gatewayClassName: metadata.name, listeners };
  const gateway = { apiVersion, kind: 'Gateway', metadata: { ...gatewayRef }, spec };
  await client.create(gatewayClasses, gatewayClass, within());
  await client.create(gateways, gateway, within());
}
