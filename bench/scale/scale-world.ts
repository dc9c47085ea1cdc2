import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments, namespaces } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { endProcess, guardedSpawn } from '../../test/support/real/guarded-spawn.ts';
import { startObjectMirror } from '../../test/support/real/object-mirror.ts';
import { until } from '../../test/support/real/until.ts';

const perNamespace = 100;
const atOnce = 50;

/** A cluster of its own with canaries by number: 100 in a namespace, two weight steps, interval 10 s, no hooks. */
export async function startScaleWorld(folder: string) {
  const cluster = guardedSpawn(
    process.execPath,
    ['--max-old-space-size=8000', 'bench/scale/cluster-process.ts'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let said = '';
  cluster.stdout?.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  const server = await until('the cluster', () => /^(http\S+)\n/.exec(said)?.[1], { timeoutMs: 20_000 });
  const kubeconfig = join(folder, `kubeconfig-${new URL(server).port}`);
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(server)));
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  const authorize = (headers: Readonly<Record<string, string>>) => Promise.resolve({ ...headers });
  const clock = createSystemClock();
  const client = createKubeClient({ http, server, authorize, clock, fieldManager: 'bench' });
  const signal = new AbortController().signal;
  const mirror = startObjectMirror(client, [canaries]);
  const refOf = (index: number) => ({
    namespace: `team-${Math.trunc(index / perNamespace)}`,
    name: `app-${index}`,
  });
  const phaseOf = (index: number): string =>
    asText(asRecord(mirror.get(canaries, refOf(index))?.['status'])['phase']) ?? '';
  const all = (): readonly number[] => Array.from({ length: size }, (_, index) => index);
  let size = 0;
  let revision = 1;

  return {
    kubeconfig,
    async createCanaries(count: number): Promise<void> {
      size = count;
      for (let team = 0; team * perNamespace < count; team += 1)
        await client.create(
          namespaces,
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${team}` } },
          signal,
        );
      await inTurns(all(), async (index) => {
        await client.create(deployments, deploymentOf(refOf(index), 1), signal);
        await client.create(canaries, canaryOf(refOf(index)), signal);
      });
    },
    async reachRest(timeoutMs: number): Promise<void> {
      const isAtRest = (index: number): boolean => phaseOf(index) === 'Initialized';
      await until(`${size} canaries at rest`, () => all().every(isAtRest), { timeoutMs, everyMs: 500 });
    },
    /** A new revision of one, until it has Succeeded or time is over (of `performance.now()`). */
    async rollOut(index: number, over: number): Promise<void> {
      const template = asRecord(deploymentOf(refOf(index), (revision += 1))['spec'])['template'];
      await client.mergePatch(deployments, refOf(index), { spec: { template } }, {}, signal);
      const hasBegun = (): boolean => phaseOf(index) === 'Progressing' || performance.now() > over;
      await until('a rollout begins', hasBegun, { timeoutMs: 120_000, everyMs: 100 });
      const hasEnded = (): boolean => phaseOf(index) === 'Succeeded' || performance.now() > over;
      await until('a rollout ends', hasEnded, { timeoutMs: 300_000, everyMs: 100 });
    },
    /** One change of each canary that means nothing: one pass each. */
    touchAll: (round: number): Promise<void> =>
      inTurns(all(), async (index) => {
        const patch = { metadata: { annotations: { 'example.com/touched': String(round) } } };
        await client.mergePatch(canaries, refOf(index), patch, {}, signal);
      }),
    async stop(): Promise<void> {
      await mirror.stop();
      await http.close();
      await endProcess(cluster);
    },
  };
}

async function inTurns(indices: readonly number[], act: (index: number) => Promise<void>): Promise<void> {
  const queue = indices[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const index of queue) await act(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

interface Ref {
  readonly namespace: string;
  readonly name: string;
}

const deploymentOf = (ref: Ref, revision: number): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: ref,
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: ref.name } },
    template: {
      metadata: { labels: { app: ref.name } },
      spec: {
        containers: [{ name: 'app', image: `app:${revision}`, ports: [{ containerPort: 80, name: 'http' }] }],
      },
    },
  },
});

const canaryOf = (ref: Ref): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: ref,
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: ref.name },
    service: { port: 80, gatewayRefs: [{ name: 'gateway' }] },
    analysis: { interval: '10s', threshold: 5, stepWeights: [25, 50] },
  },
});

const kubeconfigOf = (server: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'local', cluster: { server } }],
  contexts: [{ name: 'local', context: { cluster: 'local', user: 'nobody' } }],
  users: [{ name: 'nobody', user: {} }],
  'current-context': 'local',
});
