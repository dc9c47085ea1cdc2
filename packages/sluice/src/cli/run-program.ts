import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { nearest } from '@sluice/lib/text/nearest.ts';
import { wrap } from '@sluice/lib/text/wrap.ts';
import type { CliCommand } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { print } from './print.ts';
import { version } from './version.ts';

/**
 * Runs the command that `argv` names, and sets the exit code of the process. Each command is loaded only when it is
 * called: `sluice hey` must not wait for a Kubernetes client.
 */
export async function runProgram(commands: readonly CliCommand[], argv: readonly string[]): Promise<void> {
  try {
    process.exitCode = await runCommand(commands, argv);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice: ${describeError(error)}`);
    process.exitCode = exitCodes.failed;
  }
}

async function runCommand(commands: readonly CliCommand[], argv: readonly string[]): Promise<number> {
  const [name = 'help', ...args] = argv;
  if (name === '--version' || name === '-v') {
    print.out(version);
    return exitCodes.done;
  }
  if (!helpWords.includes(name)) return runNamed(commands, name, args);
  const [about] = args;
  if (about !== undefined && !about.startsWith('-')) return runNamed(commands, about, ['--help']);
  print.out(...usageOf(commands, print.columns));
  return exitCodes.done;
}

const helpWords = ['help', '-h', '--help'];

async function runNamed(
  commands: readonly CliCommand[],
  name: string,
  args: readonly string[],
): Promise<number> {
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const listed = commands.filter(({ hidden }) => hidden !== true).map((candidate) => candidate.name);
    const meant = nearest(name, [...listed, 'help']);
    print.err(`sluice: unknown command "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`);
    print.err('sluice help lists the commands');
    return exitCodes.usage;
  }
  const run = await command.load();
  return run(args, process.env);
}

/** The commands, as lines of at most `columns`. */
function usageOf(commands: readonly CliCommand[], columns: number): readonly string[] {
  const listed = commands.filter((command) => command.hidden !== true);
  const width = Math.max(...listed.map((command) => command.name.length));
  return [
    'Usage: sluice <command> [flags]',
    '',
    'Commands:',
    ...listed.flatMap(({ name, summary }) =>
      wrap(summary, columns, `  ${name.padEnd(width)}  `, ' '.repeat(width + 4)),
    ),
    '',
    ...wrap(
      'sluice help <command> lists its flags and exit codes; sluice --version prints the version.',
      columns,
    ),
  ];
}
