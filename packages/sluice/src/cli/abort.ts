import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseCanaryArgument } from './canary-argument.ts';
import type { CanaryArgument } from './canary-argument.ts';
import type { Environment } from './environment.ts';
import { connect } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import type { ExitMeanings } from './help.ts';
import { peopleCommand } from './people-command.ts';
import { print } from './print.ts';
import { requestAbort } from './request-abort.ts';
import type { AbortAnswer } from './request-abort.ts';

/** Deadline of the whole command: the API server may be slow, but an abort must answer. */
const deadlineMs = 20_000;
const longestReason = 1_000;

interface AbortFlags {
  readonly namespace?: string;
  readonly reason?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** `sluice abort NAME`: ends the current run and rolls back, from any phase. Resolves to the exit code. */
export async function runAbort(args: readonly string[], env: Environment): Promise<number> {
  const command = abortCommand();
  let argument: CanaryArgument;
  try {
    command.parse([...args], { from: 'user' });
    const { namespace, reason = '' } = command.opts<AbortFlags>();
    if (reason.length > longestReason)
      throw new SluiceError(`the reason is longer than ${longestReason} characters; write a shorter one`);
    argument = parseCanaryArgument(command.args[0] ?? '', namespace);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice abort: ${describeError(error)}`);
    return exitCodes.usage;
  }
  return abort(argument, command.opts<AbortFlags>(), env);
}

const about = 'End the current run and roll back, from any phase. The revision is not tried again.';

const exits: ExitMeanings = {
  [exitCodes.done]: 'the canary is rolling back',
  [exitCodes.failed]: 'the API server could not be asked, or did not answer in time',
  [exitCodes.usage]: 'the command line is wrong',
  [exitCodes.notFound]: 'there is no such canary',
  [exitCodes.refused]: 'no run is on, or you may not patch the Canary',
  [exitCodes.stillRunning]: 'recorded, but no controller has picked it up within 5 s',
  [exitCodes.notRolledBack]:
    'stopped where that was possible, but what ran before is not known: a person must restore it',
};

function abortCommand(): Command {
  return peopleCommand('abort', about, exits)
    .argument('<name>', 'NAME, canary/NAME or NAMESPACE/NAME')
    .option('-n, --namespace <namespace>', 'namespace of the Canary; default that of the context')
    .option('-m, --reason <text>', 'why: for status, events and whoever reads them')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig; default $KUBECONFIG');
}

async function abort(argument: CanaryArgument, flags: AbortFlags, env: Environment): Promise<number> {
  const { kubeconfig = '', context = '' } = flags;
  const { client, http, clock, namespace = 'default' } = await connect({ kubeconfig, context }, env);
  let where = argument.name;
  try {
    const ref = { namespace: argument.namespace ?? namespace, name: argument.name };
    where = `${ref.namespace}/${ref.name}`;
    const answer = await requestAbort(
      { client, clock },
      ref,
      flags.reason ?? '',
      AbortSignal.timeout(deadlineMs),
    );
    return tell(where, answer);
  } catch (error) {
    return explain(where, error);
  } finally {
    await http.close();
  }
}

function tell(where: string, answer: AbortAnswer): number {
  if (answer.kind === 'not-picked-up') {
    print.err(`! recorded, not yet picked up: ${where} is aborted as soon as a controller sees it`);
    return exitCodes.stillRunning;
  }
  if (answer.kind === 'nothing-to-abort') {
    const phase = answer.phase === '' ? 'new' : answer.phase;
    const next = answer.goBack ?? 'kubectl get canaries -A shows which run';
    return fail(exitCodes.refused, where, `no run is on (${phase})`, next);
  }
  const { result, message } = answer.abort;
  if (result === 'rolled-back') {
    print.out(`✔ ${where} is rolling back; its new image is still in the target: revert it there`);
    return exitCodes.done;
  }
  const next = answer.goBack ?? 'change the target: the next run begins with it';
  if (result !== 'held' && result !== 'too-late') return fail(exitCodes.refused, where, message, next);
  const what = result === 'held' ? 'is stopped, but not rolled back' : 'is not rolled back';
  print.err(`! ${where} ${what}: what it ran before is not known`, `  why:  ${message}`, `  next: ${next}`);
  return exitCodes.notRolledBack;
}

function explain(where: string, error: unknown): number {
  if (isNotFound(error))
    return fail(exitCodes.notFound, where, 'there is no such canary', 'kubectl get canaries -A');
  const isRefused = error instanceof KubeError && (error.code === 401 || error.code === 403);
  if (isRefused)
    return fail(
      exitCodes.refused,
      where,
      describeError(error),
      'ask for the right to patch canaries.flagger.app',
    );
  const isOurs = error instanceof SluiceError || (error instanceof Error && error.name === 'TimeoutError');
  if (!isOurs) throw error;
  return fail(
    exitCodes.failed,
    where,
    describeError(error),
    'try again; or annotate the Canary with sluice.dev/abort by kubectl',
  );
}

function fail(code: number, where: string, why: string, next: string): number {
  print.err(`error: cannot abort ${where}`, `  why:  ${why}`, `  next: ${next}`);
  return code;
}
