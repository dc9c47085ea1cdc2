import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { createLog } from '../platform/log.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { shellWord } from './shell-word.ts';
import { sluiceCommand } from './sluice-command.ts';
import { stateFolder } from './state-folder.ts';
import { aborted, exitLatest, stopSignal } from './stop-signal.ts';
import type { Environment } from './environment.ts';

/** Pods get 3 seconds; the rest takes no time. */
const closeDeadlineMs = 10_000;

interface LocalFlags {
  readonly dataDir: string;
  readonly apiPort: number;
  readonly gatewayPort: number;
  readonly verbose?: boolean;
}

/** `sluice local`: runs a cluster until SIGTERM or SIGINT; resolves to the exit code. */
export async function runLocal(args: readonly string[], environment: Environment): Promise<number> {
  const command = localCommand(environment);
  try {
    command.parse([...args], { from: 'user' });
    return await serve(command.opts<LocalFlags>(), environment);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof SluiceError)) throw error;
    console.error(`sluice local: ${describeError(error)}`);
    return 1;
  }
}

/** The command with its flags, for help texts too. */
export function localCommand(environment: Environment): Command {
  return new Command('local')
    .description('a small Kubernetes on this machine, for trying and testing: pods are processes')
    .option('--data-dir <folder>', 'where it keeps its files', stateFolder(environment, 'local'))
    .option('--api-port <port>', 'port of the API server; 0: any free one', toPort, 0)
    .option('--gateway-port <port>', 'port of the HTTP gateway; 0: any free one', toPort, 0)
    .option('--verbose', 'say more')
    .exitOverride();
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

async function serve(flags: LocalFlags, environment: Environment): Promise<number> {
  const clock = createSystemClock();
  const level = flags.verbose === true ? 'debug' : 'warn';
  const log = createLog({ level, encoding: 'console', destination: process.stderr, clock });
  const stopping = stopSignal();
  const cluster = await createLocalCluster({
    ...flags,
    clock,
    log,
    environment,
    programs: { sluice: sluiceCommand() },
    crdFolder: fileURLToPath(new URL('../../../../deploy/crds', import.meta.url)),
  });
  console.log(greeting(cluster));
  await aborted(stopping);
  console.log('Stopping ...');
  exitLatest(closeDeadlineMs);
  await cluster.close();
  return 0;
}

function greeting({ kubeconfigPath, apiOrigin, gatewayUrl, metricsUrl }: LocalCluster): string {
  return `A local cluster is ready. It is for trying and testing, not for production.

  API server   ${apiOrigin} (under a secret path, which the kubeconfig has)
  gateway      ${gatewayUrl}
  metrics      ${metricsUrl}

Use it from another terminal:

  export KUBECONFIG=${shellWord(kubeconfigPath)}
  kubectl get pods -A

Ctrl-C ends it and every process in it.`;
}
