import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import type { ExitMeanings } from '../help.ts';

/** Flags of commands that read one canary and print tables. */
export interface ReadFlags {
  /** False with `--no-headers`. */
  readonly headers: boolean;
}

/** Exit codes of commands that only read one canary. */
export const readExits: ExitMeanings = {
  [exitCodes.done]: 'shown',
  [exitCodes.failed]: 'the API server could not be asked, or did not answer in time',
  [exitCodes.usage]: 'the command line is wrong',
  [exitCodes.notFound]: 'there is no such canary',
  [exitCodes.refused]: 'you may not read it',
};

export const withName = (command: Command): Command =>
  command.argument('<name>', 'NAME, canary/NAME or NAMESPACE/NAME');

/** For commands that show the plan of a canary. */
export const withMeshProvider = (command: Command): Command =>
  command.option(
    '--mesh-provider <name>',
    'provider of canaries that name none, as the controller has it; default istio',
  );

export const withHeaders = (command: Command): Command =>
  command.option('--no-headers', 'no first line of a table');
