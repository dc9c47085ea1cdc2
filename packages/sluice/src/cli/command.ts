import type { Environment } from './environment.ts';

export type RunCommand = ((args: readonly string[], env: Environment) => Promise<number>) & {
  /** Names of its flags, for the completion of a shell. */
  readonly flags?: () => readonly string[];
};

export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Not listed in the usage: stand-ins for other programs. */
  readonly hidden?: boolean;
  readonly load: () => Promise<RunCommand>;
}
