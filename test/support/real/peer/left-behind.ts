import type { CanaryStatus } from '@sluice/sluice/api/canary-status.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, secrets } from '@sluice/kube/objects/resources.ts';
import { startFakePrometheus } from '../../fakes/fake-prometheus.ts';
import type { FakePrometheus } from '../../fakes/fake-prometheus.ts';
import { startReceiver } from '../../fakes/receiver.ts';
import type { ControllerProcess } from '../controller-process.ts';
import type { KubeApiServerBinaries } from '../kube-apiserver.ts';
import { startPeer } from './peer.ts';
import type { Peer } from './peer.ts';
import { createPeerCase, shipTo } from './canaries.ts';
import type { PeerCase } from './canaries.ts';
import { startRealCluster } from '../real-cluster.ts';
import type { RealCluster } from '../real-cluster.ts';
import { until } from '../until.ts';

/** A cluster whose Canaries Flagger runs, one in each namespace. */
export interface PeerCluster {
  readonly cluster: RealCluster;
  readonly cases: Readonly<Record<string, PeerCase>>;
  /** Paths that are answered with 200; all others with 403. */
  readonly open: Set<string>;
  startPeer(): Peer;
  /** Sluice, with the flags that Flagger has. */
  startController(): ControllerProcess;
  ship(namespace: string, image: string): Promise<void>;
  /** Waits until the status of a namespace's Canary is so. */
  until(
    namespace: string,
    holds: (status: Partial<CanaryStatus>) => boolean,
    timeout?: number,
  ): Promise<void>;
  close(): Promise<void>;
}

type Parts = Omit<PeerCase, 'namespace' | 'receiver'>;

export async function startPeerCluster(
  binaries: KubeApiServerBinaries,
  binary: string,
  parts: Readonly<Record<string, Parts>>,
): Promise<PeerCluster> {
  const open = new Set<string>();
  const receiver = await startReceiver(
    (response, { path }) => void response.writeHead(open.has(path) ? 200 : 403).end(),
  );
  const prometheus: FakePrometheus = await startFakePrometheus();
  const cluster = await startRealCluster(binaries, { namespaces: [] });
  const cases = Object.fromEntries(
    Object.entries(parts).map(([namespace, part]) => [
      namespace,
      { ...part, namespace, receiver: receiver.url },
    ]),
  );
  for (const one of Object.values(cases)) await createPeerCase(cluster, one);
  const peers: Peer[] = [];
  return {
    cluster,
    cases,
    open,
    startPeer() {
      const { kubeconfig } = cluster.plane;
      const peer = startPeer({ binary, kubeconfig, metricsServer: prometheus.url });
      peers.push(peer);
      return peer;
    },
    startController: () =>
      cluster.startController({
        flags: ['-mesh-provider=gatewayapi:v1', `-metrics-server=${prometheus.url}`],
      }),
    async ship(namespace, image) {
      const one = cases[namespace];
      if (one === undefined) throw new Error(`no case ${namespace}`);
      await shipTo(cluster, one, image);
    },
    async until(namespace, holds, timeoutMs = 60_000) {
      let last: Partial<CanaryStatus> = {};
      const isSo = async (): Promise<boolean> => holds((last = await cluster.status(namespace)));
      await until(namespace, isSo, { timeoutMs, everyMs: 200 }).catch(() => {
        const said = peers.flatMap((peer) =>
          peer
            .log()
            .split('\n')
            .filter((line) => line.includes(namespace)),
        );
        throw new Error(`${namespace}: ${JSON.stringify(last)}\n${said.slice(-2).join('\n')}`);
      });
    },
    async close() {
      for (const peer of peers) await peer.stop();
      await cluster.close();
      await receiver[Symbol.asyncDispose]();
      await prometheus[Symbol.asyncDispose]();
    },
  };
}

const named = (kind: string, name: string, data: Readonly<Record<string, string>>): AnyKubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  data,
});

const readsSettings = {
  objects: [
    [configMaps, named('ConfigMap', 'settings', { color: 'blue' })],
    [secrets, named('Secret', 'token', { key: 'dGVzdA==' })],
  ],
  container: { envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'token' } }] },
} as const;

const kubernetes = { spec: { provider: 'kubernetes' } } as const;

/** All that an HTTPRoute and three Services can be told. */
const detailedService = {
  port: 80,
  portName: 'web',
  targetPort: 'http',
  appProtocol: 'http',
  portDiscovery: true,
  gatewayRefs: [{ name: 'gateway', namespace: 'edge', sectionName: 'https' }],
  hosts: ['shop.example'],
  match: [{ uri: { prefix: '/api' }, method: { exact: 'GET' }, headers: { 'x-team': { exact: 'shop' } } }],
  rewrite: { uri: '/v1', type: 'ReplacePrefixMatch' },
  headers: { request: { add: { 'x-a': '1' }, set: { 'x-b': '2' } }, response: { remove: ['server'] } },
  timeout: '15s',
  backendTimeout: '5s',
  apex: { labels: { team: 'shop' }, annotations: { note: 'apex' } },
  primary: { labels: { side: 'primary' } },
  canary: { annotations: { side: 'canary' } },
} as const;

/** A namespace each: where Flagger can leave a Canary. */
export const leftCases = {
  initialized: {},
  unclear: {},
  configs: readsSettings,
  changed: readsSettings,
  scaled: { withScaler: true },
  succeeded: { analysis: { stepWeight: 50, maxWeight: 50 } },
  failed: { hooks: [['rollback', '/brake']] },
  waiting: { hooks: [['confirm-rollout', '/start']] },
  progressing: {
    analysis: { stepWeight: 20, maxWeight: 60 },
    hooks: [['confirm-traffic-increase', '/more']],
  },
  confirming: { analysis: { stepWeight: 50, maxWeight: 50 }, hooks: [['confirm-promotion', '/promote']] },
  bluegreen: { ...kubernetes, analysis: { iterations: 12 } },
  affinity: {
    analysis: { stepWeight: 20, maxWeight: 60, sessionAffinity: { cookieName: 'canary', maxAge: 3600 } },
    hooks: [['confirm-traffic-increase', '/more']],
  },
  kept: {
    analysis: { stepWeight: 50, maxWeight: 50, sessionAffinity: { cookieName: 'canary', maxAge: 3600 } },
  },
  mirrored: { analysis: { iterations: 12, mirror: true } },
  detailed: {
    spec: { service: detailedService },
    container: {
      ports: [
        { containerPort: 9898, name: 'http' },
        { containerPort: 9797, name: 'metrics' },
      ],
    },
  },
  promoting: { analysis: { stepWeight: 50, maxWeight: 50 } },
  picked: {
    analysis: { iterations: 12, match: [{ headers: { 'x-canary': { exact: 'insider' } } }] },
  },
} as const satisfies Readonly<Record<string, Parts>>;

/** Brings each to the state that its namespace is named after. */
export async function leaveBehind(left: PeerCluster): Promise<void> {
  const { open } = left;
  const reach: PeerCluster['until'] = (...args) => left.until(...args);
  const all = Object.keys(left.cases);
  await Promise.all(all.map((namespace) => reach(namespace, ({ phase }) => phase === 'Initialized')));
  open.add('/failed/brake');
  open.add('/progressing/more').add('/affinity/more');
  const moving = ['succeeded', 'kept', 'failed', 'waiting', 'progressing', 'affinity', 'confirming'];
  moving.push('bluegreen', 'mirrored', 'picked');
  for (const namespace of moving) await left.ship(namespace, 'podinfo:2');
  await left.cluster.kubelet.setHealthy('podinfo:3', false, 'podinfo-primary');
  await left.ship('promoting', 'podinfo:3');
  await Promise.all([
    reach('progressing', ({ canaryWeight }) => canaryWeight === 20).then(() =>
      open.delete('/progressing/more'),
    ),
    reach('affinity', ({ canaryWeight }) => canaryWeight === 20).then(() => open.delete('/affinity/more')),
    reach('mirrored', ({ iterations = 0 }) => iterations > 2),
    reach('kept', ({ phase }) => phase === 'Succeeded', 90_000),
    reach('succeeded', ({ phase }) => phase === 'Succeeded', 90_000),
    reach('failed', ({ phase }) => phase === 'Failed'),
    reach('waiting', ({ phase }) => phase === 'Waiting'),
    reach('confirming', ({ phase }) => phase === 'WaitingPromotion'),
    reach('promoting', ({ phase }) => phase === 'Promoting', 90_000),
    reach('bluegreen', ({ iterations = 0 }) => iterations > 2),
    reach('picked', ({ iterations = 0 }) => iterations > 2),
  ]);
}
