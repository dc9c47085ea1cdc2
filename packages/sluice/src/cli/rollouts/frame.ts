import { CommanderError } from 'commander';
import type { Command } from 'commander';
import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseCanaryArgument } from '../canary-argument.ts';
import type { CanaryArgument } from '../canary-argument.ts';
import type { RunCommand } from '../command.ts';
import { connect } from '../connect.ts';
import type { Connected } from '../connect.ts';
import type { Environment } from '../environment.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ExitMeanings } from '../help.ts';
import { peopleCommand } from '../people-command.ts';
import { print } from '../print.ts';
import { asFailure, failureLines, failureValue } from './failure.ts';
import { colourModes, createPaper } from './paper.ts';
import type { Paper } from './paper.ts';

/** Flags of every command for rollouts. */
export interface CommonFlags {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly color: string;
  /** The controller's default provider; absent: its own default. */
  readonly meshProvider?: string;
  /** json, yaml, wide or name; absent: for people. */
  readonly output?: string;
}

export interface FrameSpec<Flags> {
  readonly name: string;
  readonly about: string;
  readonly exits: ExitMeanings;
  /** Values of `-o`; none: the command has no such flag. */
  readonly outputs?: readonly string[];
  /** Adds the arguments and flags of its own. */
  readonly declare: (command: Command) => Command;
  /** Text of the canary's name among the arguments; undefined without one. */
  readonly nameIn?: (args: readonly string[]) => string | undefined;
  /** Throws `SluiceError` for flags that do not fit. */
  readonly check?: (flags: CommonFlags & Flags, args: readonly string[]) => void;
  /** What it does, for an error: `approve`. */
  readonly doing: string;
  /** Deadline of the whole command in milliseconds; 0: none. */
  readonly deadlineMs?: number;
  readonly run: (call: Call<Flags>) => Promise<number>;
}

/** One call of a command. */
export interface Call<Flags = object> {
  readonly args: readonly string[];
  readonly flags: CommonFlags & Flags;
  readonly env: Environment;
  readonly cluster: Connected;
  readonly paper: Paper;
  /** Namespace of `-n`, or else of the kubeconfig's context. */
  readonly namespace: string;
  /** The canary that the command line names. Throws a defect where it names none. */
  readonly ref: Required<ObjectRef>;
  readonly hasName: boolean;
  /** The command line after `sluice`, to be repeated with other flags. */
  readonly line: readonly string[];
  readonly signal: AbortSignal;
}

/** Commander knows no values of a flag without one; kubectl's users write them. */
const asKnown = (arg: string): string =>
  arg === '--watch=false' ? '--no-watch' : arg === '--watch=true' ? '--watch' : arg;

const usualDeadlineMs = 20_000;

/** A command for rollouts: flags, connection, errors of three lines, exit codes. */
export function inFrame<Flags>(spec: FrameSpec<Flags>): RunCommand {
  const flags = (): readonly string[] =>
    declared(spec).options.flatMap(({ short, long }) => [short, long].filter((name) => name !== undefined));
  const runFramed: RunCommand = async (args, env) => {
    const command = declared(spec);
    let given: Given<Flags>;
    try {
      command.parse(args.map(asKnown), { from: 'user' });
      given = check(spec, command);
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
      if (!(error instanceof SluiceError)) throw error;
      print.err(`sluice ${spec.name}: ${describeError(error)}`, `sluice help ${spec.name} lists the flags`);
      return exitCodes.usage;
    }
    return run(spec, given, [spec.name, ...args], env);
  };
  return Object.assign(runFramed, { flags });
}

interface Given<Flags> {
  readonly args: readonly string[];
  readonly flags: CommonFlags & Flags;
  readonly canary: CanaryArgument | undefined;
}

function declared<Flags>(spec: FrameSpec<Flags>): Command {
  const { outputs = [] } = spec;
  const command = spec
    .declare(peopleCommand(spec.name, spec.about, spec.exits))
    .option('-n, --namespace <namespace>', 'namespace; default that of the context')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig; default $KUBECONFIG')
    .option('--color <when>', 'auto, always or never; auto: on a terminal without NO_COLOR', 'auto');
  return outputs.length === 0 ? command : command.option('-o, --output <form>', outputs.join(', '));
}

function check<Flags>(spec: FrameSpec<Flags>, command: Command): Given<Flags> {
  const flags = command.opts<CommonFlags & Flags>();
  if (!colourModes.includes(flags.color))
    throw new SluiceError(`--color is "${flags.color}"; write ${colourModes.join(', ')}`);
  const { output } = flags;
  if (output !== undefined && spec.outputs?.includes(output) !== true)
    throw new SluiceError(`-o is "${output}"; write ${(spec.outputs ?? []).join(', ')}`);
  const { args } = command;
  const name = spec.nameIn === undefined ? args[0] : spec.nameIn(args);
  const canary = name === undefined ? undefined : parseCanaryArgument(name, flags.namespace);
  spec.check?.(flags, args);
  return { args, flags, canary };
}

async function run<Flags>(
  spec: FrameSpec<Flags>,
  { args, flags, canary }: Given<Flags>,
  line: readonly string[],
  env: Environment,
): Promise<number> {
  const paper = createPaper(env, flags.color);
  let doing = spec.doing;
  let namespace = canary?.namespace ?? flags.namespace;
  let cluster: Connected | undefined;
  try {
    const { context = '', kubeconfig = '' } = flags;
    cluster = await connect({ context, kubeconfig }, env);
    namespace ??= cluster.namespace ?? 'default';
    const ref = { namespace, name: canary?.name ?? '' };
    doing = canary === undefined ? `${spec.doing} canaries` : `${spec.doing} canary ${namespace}/${ref.name}`;
    const { deadlineMs = usualDeadlineMs } = spec;
    const signal = deadlineMs === 0 ? new AbortController().signal : AbortSignal.timeout(deadlineMs);
    return await spec.run({
      args,
      flags,
      env,
      cluster,
      paper,
      namespace,
      ref,
      hasName: canary !== undefined,
      line,
      signal,
    });
  } catch (error) {
    const failure = asFailure(error, namespace);
    if (failure === undefined) throw error;
    if (flags.output === 'json') print.err(JSON.stringify(failureValue(doing, failure)));
    else paper.err(...failureLines(doing, failure));
    return failure.code;
  } finally {
    await cluster?.http.close();
  }
}
