import type { Environment } from './environment.ts';

export type RunCommand = (args: readonly string[], env: Environment) => Promise<number>;

export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Not listed: programs that stand in for others. */
  readonly hidden?: boolean;
  readonly load: () => Promise<RunCommand>;
}
