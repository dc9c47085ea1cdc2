import { CommanderError } from 'commander';
import type { Environment } from '../environment.ts';
import { peopleCommand, toPort } from '../people-command.ts';
import { stateFolder } from '../state-folder.ts';
import { wantsColour } from '../paint.ts';

export interface StartOptions {
  /** Exit after the good and the bad version, with 0 when both ended as they should. */
  readonly once: boolean;
  readonly dataDir: string;
  readonly apiPort: number;
  readonly gatewayPort: number;
  readonly consolePort: number;
  /** Redraw a tree in place; otherwise one line per change. */
  readonly tree: boolean;
  /** Colours in the tree. */
  readonly colour: boolean;
}

const about =
  'A local cluster with controller, tester, console and the example: a good version is promoted, a bad one rolled back, and one waits for an approval.';

const exits = {
  0: 'all versions ended as they should; without --once: it was stopped after that',
  1: 'a version did not end as it should, or something could not start',
  2: 'the command line is wrong',
  130: 'it was stopped before all versions had ended',
};

/** Parses the arguments; returns the exit code instead for `--help` or a wrong argument. */
export function parseStartOptions(
  args: readonly string[],
  env: Environment,
  isTerminal: boolean,
): StartOptions | number {
  const command = peopleCommand('start', about, exits)
    .option('--once', 'approve the last one, and exit with 0 when all ended as they should')
    .option('--data-dir <folder>', 'where the cluster keeps its files', stateFolder(env, 'start'))
    .option('--api-port <port>', 'port of the API server; 0: any free one', toPort, 0)
    .option('--gateway-port <port>', 'port of the HTTP gateway; 0: any free one', toPort, 0)
    .option('--console-port <port>', 'port of the console; 0: any free one', toPort, 0)
    .option('--plain', 'one line per change, also on a terminal');
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const flags = command.opts<{
    once?: boolean;
    dataDir: string;
    apiPort: number;
    gatewayPort: number;
    consolePort: number;
    plain?: boolean;
  }>();
  return {
    once: flags.once ?? false,
    dataDir: flags.dataDir,
    apiPort: flags.apiPort,
    gatewayPort: flags.gatewayPort,
    consolePort: flags.consolePort,
    tree: isTerminal && flags.plain !== true && env['TERM'] !== 'dumb',
    colour: wantsColour(env),
  };
}
