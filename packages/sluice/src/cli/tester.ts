import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseGoFlags } from '@sluice/lib/flags/go-flags.ts';
import { startProcessGuard } from '@sluice/lib/process/process-guard.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createLog, logLevels } from '../platform/log.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { GateStore } from '@sluice/tester/gates/gate-store.ts';
import { gatesFolder } from '@sluice/tester/gates/gates-folder.ts';
import { createMemoryGateStore } from '@sluice/tester/gates/memory-gate-store.ts';
import { createTokenRule } from '@sluice/tester/bearer-token.ts';
import { createNamespaceRule } from '@sluice/tester/namespace-rule.ts';
import { serveTester } from '@sluice/tester/serve-tester.ts';
import type { TesterServer } from '@sluice/tester/serve-tester.ts';
import { parseTaskEnv, taskEnvironment } from '@sluice/tester/task-environment.ts';
import { createTaskPrograms } from '@sluice/tester/task-programs.ts';
import { createTaskRunner } from '@sluice/tester/task-runner.ts';
import type { TaskRunner } from '@sluice/tester/task-runner.ts';
import { createTesterApp } from '@sluice/tester/tester-app.ts';
import { createTesterMetrics, type TesterMetrics } from '@sluice/tester/tester-metrics.ts';
import { goHelp } from './help.ts';
import { allowedHostsFlag, ownGuard } from './own-guard.ts';
import { print } from './print.ts';
import { sluiceCommand } from './sluice-command.ts';
import { aborted, stopSignal } from './stop-signal.ts';
import { createTesterCanaries } from './tester-canaries.ts';
import type { Environment } from './environment.ts';

const flags = {
  'log-level': { type: 'string', default: 'debug', help: 'debug, info, warn, error, fatal or panic' },
  port: { type: 'string', default: '9090', help: 'Port to listen on' },
  timeout: { type: 'duration', default: 3_600_000, help: 'Deadline of each task' },
  'namespace-regexp': {
    type: 'string',
    default: '',
    help: 'Serve only canaries whose namespace matches this regular expression',
  },
  'zap-replace-globals': { type: 'bool', default: false, help: 'Has no effect; taken for compatibility' },
  'zap-encoding': { type: 'string', default: 'json', help: 'Log lines as json or console' },
  'allowed-hosts': allowedHostsFlag,
  'state-file': {
    type: 'string',
    default: '',
    help: "File that keeps gates over a restart, 'memory' for none; default $SLUICE_STATE_FILE or a file in the temporary folder",
  },
  'token-file': {
    type: 'string',
    default: '',
    help: 'File with the token that every path but /healthz and /metrics needs; read again when it changes',
  },
  'task-env': {
    type: 'string',
    default: '',
    help: 'Variables of the environment that tasks get beside the usual ones, such as FOO,BAR_*',
  },
  'check-canaries': {
    type: 'bool',
    default: true,
    help: 'Refuse gates of Canaries that do not exist, where the tester may list Canaries',
  },
} as const;

const about =
  'The receiving side of hooks: gates, rollback switches, load and helm tests. It serves until SIGTERM or SIGINT.';
const exits = { 0: 'it was stopped', 1: 'a flag is wrong, or it cannot listen' };

/** `sluice tester`: serves until SIGTERM or SIGINT; resolves to the exit code. */
export async function runTester(args: readonly string[], env: Environment): Promise<number> {
  const started = performance.now();
  try {
    const options = readOptions(args, env);
    if (options === 'help') {
      print.out(...goHelp({ name: 'tester', about, flags, exits }, print.columns));
      return 0;
    }
    return await serve(options, env, started);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice tester: ${describeError(error)}`);
    return 1;
  }
}

type Options = Exclude<ReturnType<typeof readOptions>, 'help'>;

function readOptions(args: readonly string[], env: Environment) {
  const { help, values, given, rest } = parseGoFlags(flags, args);
  if (help) return 'help';
  if (rest.length > 0)
    throw new SluiceError(`sluice tester takes flags only, not ${JSON.stringify(rest[0])}.`);
  const level = logLevels.find((name) => name === values['log-level']);
  if (level === undefined) throw new SluiceError(`-log-level must be one of ${logLevels.join(', ')}.`);
  const encoding = values['zap-encoding'];
  if (encoding !== 'json' && encoding !== 'console') {
    throw new SluiceError('-zap-encoding must be json or console.');
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new SluiceError('-port must be 0 to 65535.');
  if (values.timeout <= 0) throw new SluiceError('-timeout must be greater than 0s.');
  const address = env['SLUICE_BIND_ADDRESS'] ?? '';
  const stateFile = given.has('state-file') ? values['state-file'] : env['SLUICE_STATE_FILE'];
  return {
    level,
    encoding,
    port,
    address,
    timeoutMs: values.timeout,
    allowNamespace: createNamespaceRule(values['namespace-regexp']),
    allowedHosts: values['allowed-hosts'],
    tokenFile: values['token-file'],
    taskEnv: parseTaskEnv(values['task-env']),
    checkCanaries: values['check-canaries'],
    stateFile: stateFile ?? defaultStateFile(env['HOSTNAME'] ?? '', address, port),
  } as const;
}

/** A file in a folder of this user alone, because write access to it can open gates. */
function defaultStateFile(host: string, address: string, port: number): string {
  const folder = gatesFolder(tmpdir(), process.getuid?.());
  // Testers of several local clusters share a machine, the port, and from run to run the pod's address.
  const key = [host, address || 'all', String(port)].filter((part) => part !== '').join('-');
  return join(folder, `tester-${key.replaceAll(/[^\w.-]/g, '_')}.db`);
}

async function openGates(file: string, clock: Clock, log: Log): Promise<GateStore> {
  if (file === '' || file === 'memory') {
    log.warn('Gates are kept in memory only: a restart closes them all (-state-file names a file)');
    return createMemoryGateStore(clock);
  }
  const { openSqliteGateStore } = await import('@sluice/tester/gates/sqlite-gate-store.ts');
  return openSqliteGateStore(file, clock);
}

async function serve(options: Options, env: Environment, started: number): Promise<number> {
  const clock = createSystemClock();
  const { tokenFile } = options;
  const log = createLog({ ...options, destination: print.log, clock });
  const requireToken = tokenFile === '' ? {} : { requireToken: await createTokenRule(tokenFile) };
  await using running = new AsyncDisposableStack();
  const gates = await openGates(options.stateFile, clock, log);
  running.defer(() =>
    gates.close().catch((error: unknown) => log.warn('Gates not closed', { error: describeError(error) })),
  );
  const canaries = createTesterCanaries(options.checkCanaries, env, { clock, log });
  running.defer(() => canaries.close());
  const metrics = createTesterMetrics();
  const { tasks, standIns } = startTasks(options, env, { log, metrics }, running);
  const { allowNamespace } = options;
  const app = createTesterApp({ gates, tasks, metrics, log, allowNamespace, canaries, ...requireToken });
  const stopping = stopSignal();
  const server = await serveTester(app, { ...options, guard: ownGuard(env, options.allowedHosts) });
  log.info('Tester listens', {
    address: options.address || '*',
    port: server.port,
    stateFile: options.stateFile || 'memory',
    needsToken: tokenFile !== '',
    standIns,
    startMs: Math.round(performance.now() - started),
  });
  await aborted(stopping);
  log.info('Tester stops', { signal: stopping.reason });
  await stop(server, tasks);
  return 0;
}

/** Makes the task runner; `running` ends what it leaves behind. */
function startTasks(
  { taskEnv, timeoutMs }: Options,
  env: Environment,
  deps: { readonly log: Log; readonly metrics: TesterMetrics },
  running: AsyncDisposableStack,
): { readonly tasks: TaskRunner; readonly standIns: readonly string[] } {
  const path = env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  const httpProxy = env['http_proxy'] ?? env['HTTP_PROXY'] ?? '';
  const programs = createTaskPrograms({ path, httpProxy, cli: sluiceCommand() });
  running.defer(() => programs.dispose());
  const guard = startProcessGuard({ path, graceSeconds: 2, folder: programs.folder });
  running.defer(() => guard.close());
  const tasks = createTaskRunner({
    ...deps,
    runCommand: guardedBy(guard),
    env: { ...taskEnvironment(env, taskEnv), PATH: programs.path },
    timeoutMs,
  });
  return { tasks, standIns: programs.stoodIn };
}

/** Takes no new connections, ends running tasks, and gives pending answers one second. */
async function stop(server: TesterServer, tasks: TaskRunner): Promise<void> {
  const closed = server.close();
  await tasks.stop();
  await Promise.race([closed, setTimeout(1000, undefined, { ref: false })]);
  server.cut();
}

const guardedBy = (guard: ProcessGuard): typeof runCommand =>
  async function runGuarded(options) {
    let group: number | undefined;
    const onStart = (id: number): void => {
      group = id;
      guard.add(id);
    };
    const result = await runCommand({ ...options, onStart });
    if (group !== undefined) guard.remove(group);
    return result;
  };
