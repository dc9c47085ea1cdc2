import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createLocalCluster } from '@sluice/local/cluster.ts';
import type { LocalCluster } from '@sluice/local/cluster.ts';
import { createLog } from '../platform/log.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { peopleCommand, toPort } from './people-command.ts';
import { print } from './print.ts';
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
    print.err(`sluice local: ${describeError(error)}`);
    return 1;
  }
}

const about = 'A small Kubernetes on this machine, for trying and testing: pods are processes.';
const exits = {
  0: 'it was stopped',
  1: 'it could not start, such as because the folder or a port is in use',
  2: 'the command line is wrong',
};

function localCommand(environment: Environment): Command {
  return peopleCommand('local', about, exits)
    .option('--data-dir <folder>', 'where it keeps its files', stateFolder(environment, 'local'))
    .option('--api-port <port>', 'port of the API server; 0: any free one', toPort, 0)
    .option('--gateway-port <port>', 'port of the HTTP gateway; 0: any free one', toPort, 0)
    .option('--verbose', 'say more');
}

async function serve(flags: LocalFlags, environment: Environment): Promise<number> {
  const clock = createSystemClock();
  const level = flags.verbose === true ? 'debug' : 'warn';
  const log = createLog({ level, encoding: 'console', destination: print.log, clock });
  const stopping = stopSignal();
  const cluster = await createLocalCluster({
    ...flags,
    clock,
    log,
    environment,
    programs: { sluice: sluiceCommand() },
    crdFolder: fileURLToPath(new URL('../../../../deploy/crds', import.meta.url)),
  });
  print.out(...greeting(cluster).split('\n'));
  await aborted(stopping);
  print.out('Stopping ...');
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
