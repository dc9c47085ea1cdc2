import { fileURLToPath } from 'node:url';
import { secrets } from '@sluice/kube/objects/resources.ts';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { createHttpClient } from '../platform/http-client.ts';
import type { ClosableHttpClient } from '../platform/http-client.ts';
import { createLog } from '../platform/log.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { LogDestination } from '../platform/log-destination.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Environment } from './environment.ts';
import { isErrTerminal, openTerminal, print } from './print.ts';
import { sluiceCommand } from './sluice-command.ts';
import { exampleImages } from './start/example-images.ts';
import { applyManifests, readManifests, readManifestText } from './start/manifests.ts';
import { paint } from './paint.ts';
import { releaseSecret } from './start/release-secret.ts';
import { runDemo } from './start/run-demo.ts';
import { createPlainScreen } from './start/screen.ts';
import type { Screen } from './start/screen.ts';
import { startBeside } from './console/beside.ts';
import type { RunningConsole } from '../console/start-console.ts';
import { createTreeScreen } from './start/tree-screen.ts';
import { parseStartOptions } from './start/start-options.ts';
import type { StartOptions } from './start/start-options.ts';
import { version } from './version.ts';
import { whatNext } from './start/what-next.ts';
import { aborted, exitLatest, outputClosed, stopSignal } from './stop-signal.ts';

const clock = createSystemClock();
/** Pods get 3 seconds; the rest takes no time. */
const closeDeadlineMs = 10_000;

/** `sluice start`: cluster, controller, tester and example in one; resolves to the exit code. */
export async function runStart(args: readonly string[], env: Environment): Promise<number> {
  const terminal = openTerminal();
  const options = parseStartOptions(args, env, terminal.isTerminal);
  if (typeof options === 'number') return options;
  const stopping = stopSignal();
  const screen = options.tree
    ? createTreeScreen(
        terminal,
        (delayMs, action) => clock.setTimer(delayMs, action),
        options.colour ? paint : undefined,
      )
    : createPlainScreen(terminal, () => clock.now());
  try {
    return await startCluster(options, env, screen, stopping);
  } catch (error) {
    screen.end();
    if (stopping.reason === outputClosed) return options.once ? 1 : 0;
    if (stopping.aborted) return 130;
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice start: ${describeError(error)}`);
    return 1;
  }
}

async function startCluster(
  options: StartOptions,
  env: Environment,
  screen: Screen,
  stopping: AbortSignal,
): Promise<number> {
  const startedAt = clock.now();
  const log = createLog({ level: 'warn', encoding: 'console', destination: besides(screen, options), clock });
  const cluster = await createCluster(options, env, log);
  const http = createHttpClient({ proxyFromEnvironment: false, env });
  let ui: RunningConsole | undefined;
  try {
    screen.line(`sluice ${version}: local cluster at ${cluster.apiOrigin}, gateway at ${cluster.gatewayUrl}`);
    const client = clientOf(cluster, http);
    // First: messages in the chat lead to its address.
    ui = await consoleOf(cluster, options, env, log);
    await applyExample(cluster, { client, consoleUrl: ui.url, signal: stopping });
    screen.line('applied the example: controller, chat, testers, receivers, podinfo and its Canary');
    const demo = { cluster, client, http, clock, screen, signal: stopping, startedAt };
    const result = await runDemo({ ...demo, consoleUrl: ui.url, approves: options.once });
    if (options.once) return result;
    screen.line(...whatNext(cluster, ui.url).split('\n'));
    await aborted(stopping);
    return 0;
  } finally {
    screen.end();
    if (stopping.aborted) screen.line('Stopping ...');
    exitLatest(closeDeadlineMs);
    await ui?.close();
    await cluster.close();
    await http.close();
  }
}

const createCluster = (
  { dataDir, apiPort, gatewayPort }: StartOptions,
  env: Environment,
  log: Log,
): Promise<LocalCluster> =>
  createLocalCluster({
    dataDir,
    apiPort,
    gatewayPort,
    clock,
    log,
    environment: env,
    crdFolder: fileURLToPath(new URL('../../../../deploy/crds', import.meta.url)),
    images: exampleImages(),
    programs: { sluice: sluiceCommand() },
  });

const consoleOf = (
  { kubeconfigPath }: LocalCluster,
  { consolePort }: StartOptions,
  env: Environment,
  log: Log,
): Promise<RunningConsole> =>
  startBeside({
    address: `127.0.0.1:${consolePort}`,
    allowedHosts: '',
    kubeconfig: kubeconfigPath,
    master: '',
    provider: 'gatewayapi:v1',
    namespace: '',
    clock,
    log,
    env,
  });

/** Prints log lines above the picture when both go to one terminal. */
const besides = (screen: Screen, options: StartOptions): LogDestination =>
  options.tree && isErrTerminal()
    ? { write: (text) => screen.line(...text.trimEnd().split('\n')) }
    : print.log;

const clientOf = (cluster: LocalCluster, http: ClosableHttpClient): KubeClient =>
  createKubeClient({
    http,
    server: cluster.apiUrl,
    authorize: (headers) => Promise.resolve({ ...headers }),
    clock,
    fieldManager: 'sluice-start',
  });

async function applyExample(
  cluster: LocalCluster,
  {
    client,
    consoleUrl,
    signal,
  }: { readonly client: KubeClient; readonly consoleUrl: string; readonly signal: AbortSignal },
): Promise<void> {
  await applyManifests(client, readManifests('namespaces.yaml'), signal);
  const release = releaseSecret({
    name: 'podinfo',
    namespace: 'test',
    manifest: readManifestText('podinfo.yaml'),
    testPod: { name: 'podinfo-service-test', manifest: readManifestText('podinfo-test.yaml') },
    now: new Date(clock.now()).toISOString(),
  });
  await client.apply(secrets, release, { force: true }, signal);
  for (const file of ['gateway.yaml', 'receivers.yaml', 'testers.yaml', 'podinfo.yaml', 'canary.yaml']) {
    await applyManifests(client, readManifests(file), signal);
  }
  for (const [file, placeholder, url] of [
    ['controller.yaml', 'http://prometheus:9090', cluster.metricsUrl],
    ['chat.yaml', 'http://console.example.com', consoleUrl],
  ] as const) {
    const text = readManifestText(file).replace(placeholder, url);
    await applyManifests(client, readManifests(file, text), signal);
  }
}
