import { TesterError } from '../tester-error.ts';

/** One kind of task, chosen by `metadata.type`. */
export interface TaskType {
  readonly name: string;
  /** Blocking tasks answer with their result; the others are accepted at once and continue after the answer. */
  readonly blocking: boolean;
  /** Throws `TesterError` 400 when `metadata` lacks something. */
  command(metadata: Readonly<Record<string, string>>): readonly [string, ...string[]];
  /** The program that a command cannot do without, where its absence is told before the answer. */
  program?(metadata: Readonly<Record<string, string>>): string | undefined;
}

/** `metadata.cmd`, which every kind of task needs. */
export function requireCommand(type: string, metadata: Readonly<Record<string, string>>): string {
  const command = metadata['cmd'];
  if (command !== undefined && command.trim() !== '') return command;
  throw new TesterError(400, `A task of type "${type}" needs "metadata.cmd": the command to run.`);
}

/** Splits on white space, as Go's `strings.Fields`; quotes have no meaning. */
export function splitFields(command: string): readonly string[] {
  return command.split(/\s+/).filter((field) => field !== '');
}
