import type { Environment } from './environment.ts';

export type RunCommand = (args: readonly string[], env: Environment) => Promise<number>;

export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Not listed in the usage: stand-ins for other programs. */
  readonly hidden?: boolean;
  readonly load: () => Promise<RunCommand>;
}
