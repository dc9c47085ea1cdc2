import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Environment } from '../environment.ts';
import { stateFolder } from '../state-folder.ts';
import { wantsColour } from './paint.ts';

export interface StartOptions {
  /** Exit after the good and the bad version, with 0 when both ended as they should. */
  readonly once: boolean;
  readonly dataDir: string;
  readonly apiPort: number;
  readonly gatewayPort: number;
  /** Redraw a tree in place; otherwise one line per change. */
  readonly tree: boolean;
  /** Colours in the tree. */
  readonly colour: boolean;
}

/** Parses the arguments; returns the exit code instead for `--help` or a wrong argument. */
export function parseStartOptions(
  args: readonly string[],
  env: Environment,
  isTerminal: boolean,
): StartOptions | number {
  const command = new Command('sluice start')
    .description(
      'A local cluster with controller, tester and the example: a good version is promoted, a bad one rolled back.',
    )
    .option('--once', 'exit after both, with 0 when they ended as they should')
    .option('--data-dir <folder>', 'where the cluster keeps its files', stateFolder(env, 'start'))
    .option('--api-port <port>', 'port of the API server; 0: any free one', toPort, 0)
    .option('--gateway-port <port>', 'port of the HTTP gateway; 0: any free one', toPort, 0)
    .option('--plain', 'one line per change, also on a terminal')
    .exitOverride();
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
    plain?: boolean;
  }>();
  return {
    once: flags.once ?? false,
    dataDir: flags.dataDir,
    apiPort: flags.apiPort,
    gatewayPort: flags.gatewayPort,
    tree: isTerminal && flags.plain !== true && env['TERM'] !== 'dumb',
    colour: wantsColour(env),
  };
}

function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
