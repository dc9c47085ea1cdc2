import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments, pods } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import type { CanaryStatus, Phase } from '@sluice/sluice/api/canary-status.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { sluiceCommand } from '@sluice/sluice/cli/sluice-command.ts';
import { applyManifests, readManifests, readManifestText } from '@sluice/sluice/cli/start/manifests.ts';
import { ship } from '@sluice/sluice/cli/start/ship.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { slackSecret, slackToken, startFakeSlack } from '../fakes/fake-slack.ts';
import type { FakeSlack, SlackRequest } from '../fakes/fake-slack.ts';
import { startTrafficLoad } from '../real/traffic/load.ts';
import type { TrafficLoad } from '../real/traffic/load.ts';
import type { ClientProgram } from './client-program.ts';
import { serveSluice, sluiceProgram } from './story-processes.ts';

export type StoryCluster = Awaited<ReturnType<typeof startStoryCluster>>;

/** The hook of the README; without the decision policy, as here, names are claimed. */
export const approvalHook = {
  name: 'release',
  type: 'confirm-promotion',
  approval: { approvers: { groups: ['sre'] }, deadline: '2h', allowClaimedNames: true },
} as const;

export const podinfo = { namespace: 'test', name: 'podinfo' } as const;
const root = join(import.meta.dirname, '../../..');
const never = new AbortController().signal;
const longestWaitMs = 40_000;
const requestsPerSecond = 100;

/**
 * The local cluster with the example, whose promotion people approve: the controller and the tester as pods, `sluice chat`
 * with a fake Slack and `sluice console` as processes, and requests through the gateway.
 */
export async function startStoryCluster() {
  await using started = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-story-'));
  started.defer(() => rmSync(folder, { recursive: true, force: true }));
  const clock = createSystemClock();
  const cluster = await createLocalCluster({
    dataDir: join(folder, 'data'),
    clock,
    log: createFakeLog(),
    environment: process.env,
    programs: { sluice: sluiceCommand() },
    crdFolder: join(root, 'deploy/crds'),
  });
  started.defer(() => cluster.close());
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  started.defer(() => http.close());
  const client = createKubeClient({
    http,
    clock,
    server: cluster.apiUrl,
    authorize: (headers) => Promise.resolve({ ...headers }),
    fieldManager: 'story',
  });
  const env = { KUBECONFIG: cluster.kubeconfigPath, HOME: folder };
  await applyStory(cluster, client);
  const slack = started.use(await startFakeSlack());
  const [chat, console] = await Promise.all([startChat(slack, folder, env), startConsole(env)]);
  started.defer(async () => void (await Promise.all([chat.stop(), console.stop()])));
  const load = startTrafficLoad({
    url: cluster.gatewayUrl,
    host: new URL(cluster.gatewayUrl).host,
    perSecond: requestsPerSecond,
  });
  started.defer(() => load.stop());
  return story(
    { cluster, client, slack, load, env, chatUrl: chat.url, consoleUrl: console.url },
    started.move(),
  );
}

interface StoryParts {
  readonly cluster: LocalCluster;
  readonly client: KubeClient;
  readonly slack: FakeSlack;
  readonly load: TrafficLoad;
  readonly env: Readonly<Record<string, string>>;
  readonly chatUrl: string;
  readonly consoleUrl: string;
}

function story(parts: StoryParts, running: AsyncDisposableStack) {
  const { cluster, client, chatUrl, env, load } = parts;
  const read = (): CanaryStatus | undefined =>
    cluster.store.get(canaries, podinfo)?.['status'] as CanaryStatus | undefined;
  const enter = (): void => load.enter(read()?.phase ?? '', read()?.canaryWeight ?? 0);
  running.defer(cluster.store.subscribe(canaries, enter));
  const sluice: ClientProgram = sluiceProgram(env);
  return {
    ...parts,
    sluice,
    status: (): CanaryStatus => read() ?? { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0 },
    /** Resolves to the time, by `performance.now()`, at which the store has a status for which `holds`. */
    becomes: (what: string, holds: (status: CanaryStatus) => boolean): Promise<number> =>
      becomes(cluster, read, what, holds),
    /** Changes the image of the Deployment, and nothing else. */
    ship: (image: string) => ship(client, { name: image, image, broken: false }, never),
    imageOf: (name: string): string => {
      const spec = asRecord(cluster.store.get(deployments, { namespace: podinfo.namespace, name })?.['spec']);
      return imageIn(asRecord(spec['template'])['spec']);
    },
    /** Images that pods with this label `app` run, each once; pods that end count until they are gone. */
    imagesOfPods(app: string): readonly string[] {
      const running = cluster.store.list(pods, { namespace: podinfo.namespace, labels: { app } });
      return [...new Set(running.map(({ spec }) => imageIn(spec)))];
    },
    /** Makes the request that Slack makes for a click. */
    click: ({ headers, body }: SlackRequest) => fetch(`${chatUrl}/slack`, { method: 'POST', headers, body }),
    close: () => running.disposeAsync(),
  };
}

const imageIn = (podSpec: unknown): string =>
  String(asRecord(asList(asRecord(podSpec)['containers'])[0])['image']);

export const inPhase =
  (phase: Phase) =>
  (status: CanaryStatus): boolean =>
    status.phase === phase;

function becomes(
  { store }: LocalCluster,
  read: () => CanaryStatus | undefined,
  what: string,
  holds: (status: CanaryStatus) => boolean,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const look = (): void => {
    const status = read();
    if (status !== undefined && holds(status)) resolve(performance.now());
  };
  const unsubscribe = store.subscribe(canaries, look);
  const timer = setTimeout(() => {
    const { phase, waiting } = read() ?? {};
    reject(
      new Error(
        `waited ${longestWaitMs} ms for ${what}: ${phase}, ${waiting?.message ?? 'waits for nothing'}`,
      ),
    );
  }, longestWaitMs);
  look();
  return promise.finally(() => {
    clearTimeout(timer);
    unsubscribe();
  });
}

/** The example, without the hooks that need Helm or the receivers. */
async function applyStory(cluster: LocalCluster, client: KubeClient): Promise<void> {
  const left = new Set(['helm test', 'notify', 'send to Slack']);
  const [canary] = readManifests('canary.yaml');
  const spec = asRecord(canary?.['spec']);
  const analysis = asRecord(spec['analysis']);
  const webhooks = asList(analysis['webhooks'])
    .map(asRecord)
    .filter(({ name }) => !left.has(String(name)))
    .map((hook) => (hook['type'] === approvalHook.type ? approvalHook : hook));
  const story = { ...canary, spec: { ...spec, analysis: { ...analysis, webhooks } } } as AnyKubeObject;
  const controller = readManifestText('controller.yaml').replace(
    'http://prometheus:9090',
    cluster.metricsUrl,
  );
  const objects = [
    ...['namespaces.yaml', 'gateway.yaml'].flatMap((file) => readManifests(file)),
    ...readManifests('testers.yaml').filter(({ metadata }) => metadata.namespace === podinfo.namespace),
    ...readManifests('podinfo.yaml'),
    story,
    ...readManifests('controller.yaml', controller),
  ];
  await applyManifests(client, objects, never);
}

/** The local API server lets nobody impersonate. */
async function startChat({ url }: FakeSlack, folder: string, env: Readonly<Record<string, string>>) {
  const config = join(folder, 'chat.yaml');
  const secrets = { SLACK_TOKEN: slackToken, SLACK_SIGNING_SECRET: slackSecret };
  const settings = {
    impersonate: false,
    slack: {
      channel: 'C1',
      apiUrl: `${url}/api`,
      tokenFrom: { env: 'SLACK_TOKEN' },
      signingSecretFrom: { env: 'SLACK_SIGNING_SECRET' },
    },
    users: { slack: { U1: { user: 'alice@acme.io', groups: ['sre'] } } },
  };
  writeFileSync(config, JSON.stringify(settings));
  const args = ['chat', '--config', config, '--listen', '127.0.0.1:0'];
  return serveSluice(args, /"url":"([^"]+)"/, { ...env, ...secrets });
}

const startConsole = (env: Readonly<Record<string, string>>) =>
  serveSluice(
    ['console', '--listen', '127.0.0.1:0', '--mesh-provider', 'gatewayapi:v1'],
    /Console {2}(\S+)/,
    env,
  );
