import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyManifests, readManifests } from '../src/cli/start/manifests.ts';
import type { AnyKubeObject } from '../src/api/kube-object.ts';
import { canaries, deployments } from '../src/api/resources.ts';
import { createKubeClient } from '../src/kube/kube-client.ts';
import { createLocalCluster } from '../src/local/cluster.ts';
import type { LocalCluster } from '../src/local/cluster.ts';
import { createHttpClient } from '../src/platform/http-client.ts';
import { createLog } from '../src/platform/log.ts';
import { createSystemClock } from '../src/platform/system-clock.ts';
import type { KubeClient } from '../src/ports/kube.ts';

/**
 * Seconds from a change of the Deployment to Succeeded, on the local cluster with a real clock: interval 10 s, pods
 * ready after 2 s, all eight hooks answering at once. Printed beside what Flagger 1.44 took for the same.
 */
const cases = [
  {
    name: 'weights 25, 50',
    provider: 'gatewayapi:v1',
    analysis: { stepWeight: 25, maxWeight: 50 },
    spec: {},
    flagger: 59.7,
    aim: 25,
  },
  {
    name: 'blue/green, 2 iterations',
    provider: 'kubernetes',
    analysis: { iterations: 2 },
    spec: {},
    flagger: 69.6,
    aim: 25,
  },
  {
    name: 'skipAnalysis',
    provider: 'gatewayapi:v1',
    analysis: { stepWeight: 25, maxWeight: 50 },
    spec: { skipAnalysis: true },
    flagger: 20.1,
    aim: 5,
  },
] as const;
type Case = (typeof cases)[number];

const clock = createSystemClock();
const log = createLog({ level: 'error', encoding: 'console', destination: process.stderr, clock });
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const crdFolder = join(import.meta.dirname, '../deploy/crds');

/** Approves everything, asks for no rollback. */
const receiver = createServer((request, response) => {
  request.resume();
  response.writeHead(request.url === '/rollback' ? 403 : 200).end();
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const hookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
const cluster = await createLocalCluster({ dataDir, clock, log, environment: process.env, crdFolder });
try {
  const client = createKubeClient({
    http,
    server: cluster.apiUrl,
    authorize: (headers) => Promise.resolve({ ...headers }),
    clock,
    fieldManager: 'bench',
  });
  const signal = AbortSignal.timeout(300_000);
  for (const file of ['namespaces.yaml', 'gateway.yaml', 'controller.yaml']) {
    await applyManifests(client, readManifests(file), signal);
  }
  console.log('strategy                   Sluice s   Flagger 1.44 s   aim s');
  for (const [index, one] of cases.entries()) {
    const seconds = await measure(client, cluster, one, `podinfo-${index}`, signal);
    console.log(
      `${one.name.padEnd(26)} ${seconds.toFixed(1).padStart(8)} ${String(one.flagger).padStart(16)} ${String(one.aim).padStart(7)}`,
    );
  }
} finally {
  await cluster.close();
  await http.close();
  receiver.close();
  receiver.closeAllConnections();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure(
  client: KubeClient,
  on: LocalCluster,
  one: Case,
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const ref = { namespace: 'test', name };
  await client.create(deployments, deploymentOf(name), signal);
  await client.create(canaries, canaryOf(name, one), signal);
  await untilPhase(on, name, 'Initialized');
  const startedAt = clock.now();
  const template = { metadata: { annotations: { version: '2' } } };
  await client.mergePatch(deployments, ref, { spec: { template } }, {}, signal);
  await untilPhase(on, name, 'Succeeded');
  return (clock.now() - startedAt) / 1000;
}

function untilPhase(on: LocalCluster, name: string, phase: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const isThere = (): boolean => {
      const canary = on.store.get(canaries, { namespace: 'test', name });
      return (canary?.['status'] as { phase?: string } | undefined)?.phase === phase;
    };
    const cancel = clock.setTimer(120_000, () => reject(new Error(`${name} did not reach ${phase}`)));
    const stop = on.store.subscribe(canaries, () => {
      if (!isThere()) return;
      cancel();
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

function deploymentOf(name: string): AnyKubeObject {
  const container = {
    name: 'podinfod',
    image: 'ghcr.io/stefanprodan/podinfo:6.0.0',
    ports: [{ name: 'http', containerPort: 9898 }],
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, initialDelaySeconds: 2, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'test' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
    },
  };
}

function canaryOf(name: string, one: Case): AnyKubeObject {
  const types = [
    'confirm-rollout',
    'pre-rollout',
    'rollout',
    'confirm-traffic-increase',
    'confirm-promotion',
    'post-rollout',
    'rollback',
    'event',
  ];
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, namespace: 'test' },
    spec: {
      provider: one.provider,
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: { port: 9898, targetPort: 'http', gatewayRefs: [{ name: 'gateway' }] },
      analysis: {
        interval: '10s',
        threshold: 5,
        ...one.analysis,
        webhooks: types.map((type) => ({ name: type, type, url: `${hookUrl}/${type}` })),
      },
      ...one.spec,
    },
  };
}
