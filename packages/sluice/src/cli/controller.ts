import { createController } from '../controller/controller.ts';
import { createEventRecorder } from '../controller/event-recorder.ts';
import { createDecisionPolicy } from '../controller/decision-policy.ts';
import { createControllerPages } from '../controller/http-pages.ts';
import { installedCrdProblem } from '../controller/installed-crd.ts';
import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { fenceWrites } from '@sluice/kube/client/fence-writes.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { createHttpClient } from '../platform/http-client.ts';
import { createLog } from '../platform/log.ts';
import { createMetricsRegistry } from '../platform/metrics-registry.ts';
import { serveHttp } from '../platform/serve-http.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { workedMs } from '../platform/worked-ms.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { createSendHook } from '../webhooks/send-hook.ts';
import { readEgressPolicy } from './egress-flags.ts';
import type { Environment } from './environment.ts';
import { connectClusters } from './connect-clusters.ts';
import { controllerFlags, metricsSecretsOf, namespacesOf, parseControllerFlags } from './controller-flags.ts';
import type { ControllerFlags, ParsedControllerFlags } from './controller-flags.ts';
import { electionOf, leaseNamespaceOf, workWhileLeading } from './controller-lead.ts';
import { exitCodes } from './exit-codes.ts';
import { goHelp } from './help.ts';
import { ownGuard } from './own-guard.ts';
import { print } from './print.ts';
import { serveConsole } from './serve-console.ts';
import type { RunningConsole } from '../console/start-console.ts';
import { createProviders } from './providers.ts';
import { rolloutOptions } from './rollout-options.ts';
import { stopSignal } from './stop-signal.ts';
import { createTelemetry } from './telemetry.ts';
import { version } from './version.ts';

const crdRetryMs = 5_000;
const crdDeadlineMs = 10_000;
const overdue = (): Error => new Error(`no answer within ${crdDeadlineMs / 1000} s`);

const about = "The controller, with Flagger's flags. It works until SIGTERM or SIGINT.";
const exits = {
  [exitCodes.done]: 'it was stopped',
  [exitCodes.failed]: 'it could not start, or another controller took over its Lease: start it again',
  [exitCodes.usage]: 'a flag is wrong',
};

/** `sluice controller`: works until SIGTERM or SIGINT; resolves to the exit code. */
export async function runController(args: readonly string[], env: Environment): Promise<number> {
  let parsed: ParsedControllerFlags | 'help';
  try {
    parsed = parseControllerFlags(args);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice controller: ${describeError(error)}`, 'sluice help controller lists the flags');
    return exitCodes.usage;
  }
  if (parsed === 'help') {
    print.out(...goHelp({ name: 'controller', about, flags: controllerFlags, exits }, print.columns));
    return exitCodes.done;
  }
  if (parsed.values.version) {
    print.out(version);
    return exitCodes.done;
  }
  return serve(parsed.values, parsed.ignored, env);
}

async function serve(flags: ControllerFlags, ignored: readonly string[], env: Environment): Promise<number> {
  const stopping = stopSignal();
  const parts = await assemble(flags, env);
  const { log, informers, registry } = parts;
  for (const name of ignored) log.warn('flag has no effect', { flag: name });
  let crdProblem: string | undefined = 'the installed CRDs are not checked yet';
  const pages = createControllerPages({
    problems: () => [
      ...(crdProblem === undefined ? [] : [crdProblem]),
      ...(parts.election.problem === undefined ? [] : [parts.election.problem]),
      ...informers.problems().map((problem) => `${problem.resource.plural}: ${problem.reason}`),
    ],
    metrics: async () => ({ text: await registry.expose(), contentType: registry.contentType }),
  });
  const http = await serveHttp(pages, {
    host: env['SLUICE_BIND_ADDRESS'] ?? '::',
    port: Number(flags.port),
    guard: ownGuard(env, flags['allowed-hosts']),
  });
  log.info('serving', { url: http.url, version });
  let ui: RunningConsole | undefined;
  try {
    ui = await serveConsole(flags, parts, env);
    crdProblem = await waitForCrd(parts, stopping, (problem) => {
      crdProblem = problem;
    });
    return stopping.aborted ? 0 : await workWhileLeading(flags, parts, stopping);
  } finally {
    await ui?.close();
    await informers.stop();
    await http.close();
    await parts.close();
  }
}

async function assemble(flags: ControllerFlags, env: Environment) {
  const clock = createSystemClock();
  const log = logOf(flags, clock);
  const clusters = await connectClusters(flags, env, clock);
  const egress = readEgressPolicy(flags, env);
  const hookHttp = createHttpClient({ proxyFromEnvironment: true, env, egress });
  const random = (): number => Math.random();
  const election = electionOf(flags, { client: clusters.leaseClient, clock, log, random, env });
  const mayAct = (): boolean => election.isLeader;
  const client = fenceWrites(clusters.client, mayAct);
  const informers = createInformerCache({ client, clock, log, random });
  const registry = createMetricsRegistry({ processMetrics: true });
  registry.info(version, flags['mesh-provider']);
  const events = createEventRecorder({ client, clock, log, component: 'sluice' });
  const controller = createController({
    client,
    informers,
    clock,
    log,
    random,
    events,
    mayAct,
    worked: workedMs,
    send: createSendHook({ http: hookHttp, clock, random, log, version }),
    providers: createProviders(client, { http: hookHttp, clock }, metricsSecretsOf(flags)),
    decisionPolicy: createDecisionPolicy({ client: clusters.client, clock, name: flags['decision-policy'] }),
    ...(flags.freezes ? { freezes: { everywhere: leaseNamespaceOf(flags) } } : {}),
    concurrency: Math.max(1, flags.threadiness),
    namespaces: namespacesOf(flags),
    ...createTelemetry(registry),
    options: rolloutOptions(flags, env, clusters.hasMeshCluster),
  });
  registry.process({ leads: mayAct, queued: () => controller.queued() });
  const close = async (): Promise<void> => {
    await clusters.close();
    await hookHttp.close();
  };
  return { clock, log, client, informers, registry, events, election, controller, close };
}

function logOf(flags: ControllerFlags, clock: Clock): Log {
  return createLog({
    level: flags['log-level'] === 'debug' ? 'debug' : (flags['log-level'] as 'info'),
    encoding: flags['zap-encoding'] === 'console' ? 'console' : 'json',
    destination: print.log,
    clock,
  });
}

/** Resolves when the installed CRD keeps our status; reports the problem at each check until then. */
async function waitForCrd(
  { client, clock, log }: { readonly client: KubeClient; readonly clock: Clock; readonly log: Log },
  stopping: AbortSignal,
  onProblem: (problem: string) => void,
): Promise<undefined> {
  let said: string | undefined;
  while (!stopping.aborted) {
    const problem = await withDeadline({ clock, ms: crdDeadlineMs, signal: stopping, overdue }, (signal) =>
      installedCrdProblem(client, signal),
    );
    if (problem === undefined) return undefined;
    onProblem(problem);
    if (problem !== said) log.error('cannot work', { problem });
    said = problem;
    await sleep(clock, crdRetryMs, stopping);
  }
  return undefined;
}
