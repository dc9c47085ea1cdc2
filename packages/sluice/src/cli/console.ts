import { CommanderError } from 'commander';
import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { AccessOptions, ConsoleOptions } from '../console/console-deps.ts';
import { createLog } from '../platform/log.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { accessOf, addConsoleFlags, parseListen } from './console/console-flags.ts';
import type { ConsoleFlags } from './console/console-flags.ts';
import { startOwnConsole } from './console/own-console.ts';
import type { Environment } from './environment.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitMeanings } from './help.ts';
import { ownGuard } from './own-guard.ts';
import { peopleCommand } from './people-command.ts';
import { isErrTerminal, print } from './print.ts';
import { aborted, stopSignal } from './stop-signal.ts';

const about =
  'Show rollouts in a browser, and decide them. On a loopback address it answers you alone, and acts as your kubeconfig does.';

const exits: ExitMeanings = {
  [exitCodes.done]: 'it was stopped',
  [exitCodes.failed]: 'it could not start',
  [exitCodes.usage]: 'the command line is wrong',
};

/** `sluice console`: serves the console until SIGTERM or SIGINT; resolves to the exit code. */
export async function runConsole(args: readonly string[], env: Environment): Promise<number> {
  const command = addConsoleFlags(peopleCommand('console', about, exits));
  let flags: ConsoleFlags;
  let access: AccessOptions;
  try {
    command.parse([...args], { from: 'user' });
    flags = command.opts<ConsoleFlags & Record<string, unknown>>();
    access = accessOf(flags);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice console: ${describeError(error)}`);
    return exitCodes.usage;
  }
  try {
    return await serve(flags, access, env);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    print.err(
      `error: cannot start the console`,
      `  why:  ${describeError(error)}`,
      '  next: sluice console --help',
    );
    return exitCodes.failed;
  }
}

async function serve(flags: ConsoleFlags, access: AccessOptions, env: Environment): Promise<number> {
  const stopping = stopSignal();
  const clock = createSystemClock();
  const encoding = isErrTerminal() ? 'console' : 'json';
  const log = createLog({ level: 'info', encoding, destination: print.log, clock });
  const { kubeconfig, context, namespace, meshProvider: provider } = flags;
  const connection = await loadKubeConfig({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
    env,
    clock,
  });
  const options = optionsOf(flags, access, env);
  const running = await startOwnConsole(options, { connection, namespace, provider, clock, log, env });
  print.out(`Console  ${running.url}`);
  await aborted(stopping);
  await running.close();
  return exitCodes.done;
}

/** On a loopback address every user of this machine reaches it: only our own is answered. */
function optionsOf(flags: ConsoleFlags, access: AccessOptions, env: Environment): ConsoleOptions {
  const own = access.mode === 'kubeconfig' ? { ...env, SLUICE_PEERS: 'own-user' } : env;
  return {
    listen: { ...parseListen(flags.listen), guard: ownGuard(own, flags.allowedHosts) },
    access,
    settings: [
      ['Address', flags.listen, '--listen'],
      ['Access', access.mode, flags.auth === undefined ? 'default on loopback' : '--auth'],
      ['Namespace', flags.namespace ?? 'all', flags.namespace === undefined ? 'default' : '--namespace'],
      ['Provider of canaries that name none', flags.meshProvider, '--mesh-provider'],
      [
        'Host names',
        flags.allowedHosts === '' ? 'its address and its Services' : flags.allowedHosts,
        '--allowed-hosts',
      ],
      ['Deadlines and approvers of approvals', 'in each Canary', 'spec.analysis.webhooks[].approval'],
    ],
  };
}
