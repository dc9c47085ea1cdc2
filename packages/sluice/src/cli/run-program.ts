import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { CliCommand } from './command.ts';

/**
 * Runs the command that `argv` names, and sets the exit code of the process. Each command is loaded only when it is
 * called: `sluice hey` must not wait for a Kubernetes client.
 */
export async function runProgram(commands: readonly CliCommand[], argv: readonly string[]): Promise<void> {
  try {
    process.exitCode = await runCommand(commands, argv);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    console.error(`sluice: ${describeError(error)}`);
    process.exitCode = 1;
  }
}

async function runCommand(commands: readonly CliCommand[], argv: readonly string[]): Promise<number> {
  const [name = 'help', ...args] = argv;
  if (name === 'help' || name === '-h' || name === '--help') {
    console.log(usageOf(commands));
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    console.error(`sluice: unknown command "${name}"\n\n${usageOf(commands)}`);
    return 2;
  }
  const run = await command.load();
  return run(args, process.env);
}

function usageOf(commands: readonly CliCommand[]): string {
  const listed = commands.filter((command) => command.hidden !== true);
  const width = Math.max(...listed.map((command) => command.name.length));
  const lines = listed.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    'Usage: sluice <command> [flags]',
    '',
    'Commands:',
    ...lines,
    '',
    'sluice <command> --help lists its flags.',
  ].join('\n');
}
