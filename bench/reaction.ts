import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { applyManifests, readManifests } from '@sluice/sluice/cli/start/manifests.ts';
import { startBenchCluster } from './bench-cluster.ts';
import { reportProgress } from './progress.ts';

/**
 * How soon the controller acts, on the local cluster with a real clock. Told: a watched object changed, or a hook
 * answered. Asked: a gate behind a URL opened, which can only be seen at the next poll (`pollInterval` 1 s here).
 */
const rounds = 12;
const ref = { namespace: 'test', name: 'podinfo' };

reportProgress('starting the local cluster');
let open = true;
let askedAt: number | undefined;
let answeredAt = 0;
await using cluster = await startBenchCluster((request, response) => {
  request.resume();
  askedAt ??= performance.now();
  response.writeHead(open ? 200 : 403).end(() => (answeredAt = performance.now()));
});
const { client, signal } = cluster;
await applyManifests(client, [...readManifests('podinfo.yaml'), canary()], signal);
await cluster.reaches('podinfo', 'Initialized');
const figures = { change: [] as number[], answer: [] as number[], gate: [] as number[] };
for (let round = 0; round < rounds; round += 1) {
  reportProgress(`round ${round + 1} of ${rounds}`);
  await measure(round, figures);
}
print('told: change of the Deployment to the first hook, ms', figures.change);
print("told: a hook's answer to the next write, ms", figures.answer);
print('asked: gate opened to the next write, ms (1000 of it is pollInterval)', figures.gate);

async function measure(
  round: number,
  figures: Record<'change' | 'answer' | 'gate', number[]>,
): Promise<void> {
  open = round % 2 === 0;
  askedAt = undefined;
  // A canary at rest: what comes within moments of the pass that ended a run is folded, which is not what is measured here.
  await pause(500);
  const template = { metadata: { annotations: { round: String(round) } } };
  await client.mergePatch(deployments, ref, { spec: { template } }, {}, signal);
  const changedAt = performance.now();
  if (open) {
    const written = await cluster.reaches('podinfo', 'Progressing');
    figures.change.push(Math.max(0, (askedAt ?? changedAt) - changedAt));
    figures.answer.push(written - answeredAt);
  } else {
    await cluster.reaches('podinfo', 'Waiting');
    await pause(1_500 + round * 130);
    open = true;
    const openedAt = performance.now();
    figures.gate.push((await cluster.reaches('podinfo', 'Progressing')) - openedAt);
  }
  await cluster.reaches('podinfo', 'Succeeded');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

function canary(): AnyKubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: ref,
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898, targetPort: 'http', gatewayRefs: [{ name: 'gateway' }] },
      skipAnalysis: true,
      analysis: {
        interval: '10s',
        threshold: 5,
        stepWeight: 50,
        webhooks: [
          { name: 'gate', type: 'confirm-rollout', url: `${cluster.hookUrl}/gate`, pollInterval: '1s' },
        ],
      },
    },
  };
}

function print(name: string, figures: readonly number[]): void {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(0);
  console.log(`${name}: median ${at(0.5)}, most ${at(1)} (${sorted.length} times)`);
}
