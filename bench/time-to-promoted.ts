import { webhookTypes } from '@sluice/sluice/api/canary-webhook.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { startBenchCluster } from './bench-cluster.ts';
import { reportProgress } from './progress.ts';

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

reportProgress('starting the local cluster');
// Approves everything, asks for no rollback.
await using cluster = await startBenchCluster((request, response) => {
  request.resume();
  response.writeHead(request.url === '/rollback' ? 403 : 200).end();
});
const { client, signal } = cluster;
console.log('strategy                   Sluice s   Flagger 1.44 s   aim s');
for (const [index, one] of cases.entries()) {
  const seconds = await measure(one, `podinfo-${index}`);
  console.log(
    `${one.name.padEnd(26)} ${seconds.toFixed(1).padStart(8)} ${String(one.flagger).padStart(16)} ${String(one.aim).padStart(7)}`,
  );
}

async function measure(one: Case, name: string): Promise<number> {
  const ref = { namespace: 'test', name };
  reportProgress(`${one.name}: initializing a canary`);
  await client.create(deployments, deploymentOf(name), signal);
  await client.create(canaries, canaryOf(name, one), signal);
  await cluster.reaches(name, 'Initialized');
  reportProgress(`${one.name}: shipping`);
  const startedAt = performance.now();
  const template = { metadata: { annotations: { version: '2' } } };
  await client.mergePatch(deployments, ref, { spec: { template } }, {}, signal);
  return ((await cluster.reaches(name, 'Succeeded')) - startedAt) / 1000;
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
  const types = webhookTypes.filter((type) => type !== '');
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
        webhooks: types.map((type) => ({ name: type, type, url: `${cluster.hookUrl}/${type}` })),
      },
      ...one.spec,
    },
  };
}
