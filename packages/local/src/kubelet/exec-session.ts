import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { ExecOptions, ExecSession } from '../contracts.ts';
import type { RunningContainer } from './container-life.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { startProcessGroup, StartError } from './process-group.ts';
import type { ProcessGroup } from './process-group.ts';
import { terminalCommand } from './terminal-command.ts';

/** Bytes of input before the process has started, after which no more should come. */
const earlyInputBound = 1024 * 1024;

/**
 * Runs a command beside a container, with its environment. Ignores the terminal's size. Without a terminal, lines still
 * work: both outputs go to stdout, and a return ends a line.
 */
export function startExec(
  options: ExecOptions,
  container: RunningContainer,
  guard: ProcessGuard,
): ExecSession {
  const exec = new ExecProcess(options, container.plan.env);
  exec.run(container, guard).then(options.onExit, () => options.onExit(126));
  return exec;
}

class ExecProcess implements ExecSession {
  readonly #options: ExecOptions;
  readonly #terminal: readonly string[] | undefined;
  #group: ProcessGroup | undefined;
  #killed = false;
  readonly #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #inputEnded: boolean;

  constructor(options: ExecOptions, environment: Readonly<Record<string, string>>) {
    this.#options = options;
    this.#terminal = options.tty ? terminalCommand(options.command, environment) : undefined;
    this.#inputEnded = !options.stdin;
  }

  /** Resolves to the command's exit code, or to a shell's 126 or 127 when it could not start. */
  async run({ plan, group: container }: RunningContainer, guard: ProcessGuard): Promise<number> {
    let group: ProcessGroup;
    try {
      group = await this.#start(plan, guard);
    } catch (error) {
      this.#onStderr(Buffer.from(`${describeError(error)}\n`));
      return error instanceof StartError ? error.code : 126;
    }
    this.#group = group;
    this.#catchUp(group);
    // Commands in a container end with it.
    container.exited.then(
      () => group.kill('SIGKILL'),
      () => undefined,
    );
    return (await group.exited).code;
  }

  writeStdin(chunk: Uint8Array): boolean {
    if (this.#group !== undefined) return this.#write(this.#group, chunk);
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    return this.#earlyBytes <= earlyInputBound;
  }

  endStdin(): void {
    this.#inputEnded = true;
    this.#group?.endStdin();
  }

  resize(): void {}

  kill(): void {
    this.#killed = true;
    this.#group?.kill('SIGKILL');
  }

  #start(plan: LaunchPlan, guard: ProcessGuard): Promise<ProcessGroup> {
    const { command, stdin, tty, onStdout, onStdinReady } = this.#options;
    return startProcessGroup({
      ...plan,
      onStdinReady,
      argv: this.#terminal ?? command,
      env: tty ? { TERM: 'xterm', ...plan.env } : plan.env,
      guard,
      stdin,
      onStdout,
      onStderr: this.#onStderr,
    });
  }

  /** A terminal has one output. */
  get #onStderr(): (chunk: Uint8Array) => void {
    const { tty, onStdout, onStderr } = this.#options;
    return tty ? onStdout : onStderr;
  }

  /** Applies the calls that came before the process had started. */
  #catchUp(group: ProcessGroup): void {
    const kept = this.#early.splice(0).map((chunk) => this.#write(group, chunk));
    if (!kept.includes(false)) this.#options.onStdinReady();
    if (this.#inputEnded) group.endStdin();
    if (this.#killed) group.kill('SIGKILL');
  }

  #write(group: ProcessGroup, chunk: Uint8Array): boolean {
    // kubectl puts its terminal into raw mode, so a return comes as a carriage return.
    const asLines = this.#options.tty && this.#terminal === undefined;
    return group.writeStdin(
      asLines ? chunk.map((byte) => (byte === carriageReturn ? lineFeed : byte)) : chunk,
    );
  }
}

const lineFeed = 10;
const carriageReturn = 13;
