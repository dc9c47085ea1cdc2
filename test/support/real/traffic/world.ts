import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { request } from 'undici';
import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import { deployments, httpRoutes, pods, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { within } from '../../../contracts/kube-client/contract-space.ts';
import { namespace, scenarioCanary, scenarioDeployment, withImage } from '../../scenario/objects.ts';
import type { ControllerProcess } from '../controller-process.ts';
import { contourDefinitions, dataPlaneBinaries, gatewayRef, startDataPlane } from './data-plane.ts';
import type { DataPlane } from './data-plane.ts';
import { endProcess, guardedSpawn } from '../guarded-spawn.ts';
import { kubeApiServerBinaries } from '../kube-apiserver.ts';
import { answerCalls } from './network-namespace.ts';
import { startObjectMirror } from '../object-mirror.ts';
import { createPodServers } from './pod-servers.ts';
import { startRealCluster } from '../real-cluster.ts';
import type { RealCluster } from '../real-cluster.ts';
import { startTrafficLoad } from './load.ts';
import type { TrafficLoad, TrafficWindow } from './load.ts';
import { until } from '../until.ts';

/** One canary `podinfo` behind a real gateway, under steady load. Its pods answer with their label `app`. */
export type TrafficWorld = typeof world;

const host = 'podinfo.example';
const port = 9898;
const podinfo = { namespace, name: 'podinfo' };

/** What was started, last first. */
const ends: (() => Promise<unknown>)[] = [];
let isRefusing = false;
let cluster: RealCluster;
let controller: ControllerProcess | undefined;
let dataPlane: DataPlane | undefined;
let load: TrafficLoad | undefined;

const world = {
  /** Brings up everything but a controller and load. */
  async open(): Promise<void> {
    const binaries = kubeApiServerBinaries(process.env);
    const gateway = dataPlaneBinaries(process.env);
    if (binaries === undefined || gateway === undefined)
      throw new Error('needs KUBEBUILDER_ASSETS and SLUICE_DATA_PLANE');
    cluster = await startRealCluster(binaries, {
      namespaces: [namespace, gatewayRef.namespace],
      definitions: contourDefinitions(gateway),
      kubelet: { run: createPodServers({ port, answerMs: 20, lingerMs: 2000 }) },
      startGateway: async ({ client }, { kubeconfig }) =>
        (dataPlane = await startDataPlane(gateway, client, kubeconfig)),
    });
    ends.unshift(() => cluster.close());
    await cluster.kube.client.create(deployments, scenarioDeployment('podinfo:1'), within());
  },

  /** A Service and a route of this name, as people have them before they think of canaries. */
  async expose(routeName: string): Promise<void> {
    const { client } = cluster.kube;
    const spec = { selector: { app: 'podinfo' }, ports: [{ name: 'http', port, targetPort: 'http' }] };
    await client.create(services, { apiVersion: 'v1', kind: 'Service', metadata: podinfo, spec }, within());
    const rules = [{ backendRefs: [{ name: 'podinfo', port }] }];
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { namespace, name: routeName },
      spec: { parentRefs: [gatewayRef], hostnames: [host], rules },
    };
    await client.create(httpRoutes, route, within());
  },

  /** With `revertOnDeletion`. Three steps of 10 s unless `setAnalysis` says more; one failed check ends a run. */
  async createCanary(): Promise<void> {
    const checks = await startChecks();
    const service = { port, hosts: [host], gatewayRefs: [gatewayRef] };
    const webhooks = [{ name: 'check', type: 'rollout' as const, url: checks }];
    const canary = scenarioCanary({
      spec: { service, revertOnDeletion: true },
      analysis: { threshold: 1, stepWeights: [20, 40, 60], webhooks },
    });
    await cluster.kube.client.create(canaries, canary, within());
  },

  async deleteCanary(): Promise<void> {
    await cluster.kube.client.delete(canaries, podinfo, {}, within());
  },

  /** The gateway takes no more changes; Envoy goes on as it was told. */
  freezeGateway: (frozen: boolean): Promise<void> => Promise.resolve(dataPlane?.freeze(frozen)),

  startController(flags: readonly string[]): Promise<void> {
    controller = cluster.startController({ flags });
    return Promise.resolve();
  },

  /** Another controller of Canaries in our place. */
  startOther(program: string, flags: readonly string[]): Promise<void> {
    const child = guardedSpawn(program, [`-kubeconfig=${cluster.plane.kubeconfig}`, ...flags]);
    ends.unshift(() => endProcess(child));
    return Promise.resolve();
  },

  /** SIGKILL. */
  async killController(): Promise<void> {
    await controller?.kill();
  },

  /** SIGTERM. */
  async stopController(): Promise<number | null> {
    return (await controller?.stop()) ?? null;
  },

  log: (): Promise<string> => Promise.resolve(controller?.log() ?? ''),

  status: (): Promise<Partial<CanaryStatus>> => cluster.status(namespace),

  /** Pods with this label `app` that are there, terminating ones too. */
  async podsOf(app: string): Promise<number> {
    const { client } = cluster.kube;
    return (await client.list(pods, { namespace, labelSelector: `app=${app}` }, within())).items.length;
  },

  /** Starts the load as soon as the gateway answers. */
  async startLoad(perSecond: number): Promise<void> {
    const url = 'http://127.0.0.1:8080';
    await until('the gateway answers', () => isServing(url), { timeoutMs: 30_000 });
    const started = startTrafficLoad({ url, host, perSecond });
    load = started;
    ends.unshift(() => started.stop());
    const mirror = startObjectMirror(cluster.kube.client, [canaries]);
    ends.unshift(() => mirror.stop());
    mirror.onChange((_, canary) => {
      const { phase = '', canaryWeight = 0 }: Partial<CanaryStatus> = asRecord(canary['status']);
      started.enter(phase, canaryWeight);
    });
  },

  /** `null` takes a field away. */
  async setAnalysis(analysis: Readonly<Record<string, unknown>>): Promise<void> {
    await cluster.kube.client.mergePatch(canaries, podinfo, { spec: { analysis } }, {}, within());
  },

  async ship(image: string): Promise<void> {
    const { spec } = withImage(scenarioDeployment(image), image) as { spec?: unknown };
    const patch = { spec: { template: asRecord(spec)['template'] } };
    await cluster.kube.client.mergePatch(deployments, podinfo, patch, {}, within());
  },

  /** From now on the `rollout` hook passes or denies. */
  refuse(refusing: boolean): Promise<void> {
    isRefusing = refusing;
    return Promise.resolve();
  },

  /** `sluice abort`; resolves to what it says. */
  async abort(): Promise<string> {
    const args = ['packages/sluice/src/cli/main.ts', 'abort', 'podinfo', '-n', namespace];
    const { kubeconfig } = cluster.plane;
    const run = promisify(execFile)(process.execPath, [...args, '--kubeconfig', kubeconfig]);
    return (await run).stdout;
  },

  /** Windows since the last call. */
  traffic: (): Promise<readonly TrafficWindow[]> => load?.take() ?? Promise.resolve([]),
};

/** Not by `fetch`, which keeps the header Host to itself. */
const isServing = (url: string): Promise<boolean> =>
  request(url, { headers: { host }, headersTimeout: 2000 }).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode === 200;
    },
    () => false,
  );

/** What the `rollout` hook asks; answers its URL. */
async function startChecks(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(isRefusing ? 500 : 200).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  ends.unshift(() => Promise.resolve(server.close()));
  return `http://127.0.0.1:${address.port}/`;
}

answerCalls(world, async () => {
  for (const end of ends.splice(0)) await end();
});
