import { type ChildProcess, spawn } from 'node:child_process';
import { type BoundedOutput, createBoundedOutput } from './bounded-output.ts';
import { killGroup } from './kill-group.ts';

export interface CommandOptions {
  /** Program and arguments; no shell reads them. */
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Deadline in milliseconds, from the start. */
  readonly timeoutMs: number;
  /** Time between SIGTERM and SIGKILL, in milliseconds; default 5000. */
  readonly killGraceMs?: number;
  /** Limit of stdout and stderr together, head and tail kept; default 64 KiB. */
  readonly outputLimitBytes?: number;
  /** Ends the command as its deadline would. */
  readonly signal?: AbortSignal;
  /** Called once with the process group's id, as soon as it exists. */
  readonly onStart?: (processGroup: number) => void;
}

export type CommandEnding = 'exited' | 'not-started' | 'timed-out' | 'cancelled';

export interface CommandResult {
  readonly ending: CommandEnding;
  /** Exit code of the command itself; undefined when a signal ended it or it never ran. */
  readonly exitCode: number | undefined;
  readonly exitSignal: string | undefined;
  /** stdout and stderr in order of arrival, bounded. */
  readonly output: string;
  /** Why it did not start (`spawn x ENOENT`). */
  readonly startError: string | undefined;
}

export type RunCommand = (options: CommandOptions) => Promise<CommandResult>;

/**
 * Runs a command in its own process group and never rejects. It ends when the command has exited and its output
 * has no writer left, as in a shell pipe; then, as at the deadline, all processes of the group are killed.
 * A process that left the group (`setsid`) is not.
 */
export const runCommand: RunCommand = async (options) => {
  if (options.signal?.aborted === true) return notRun('cancelled', undefined);
  const output = createBoundedOutput(options.outputLimitBytes ?? 64 * 1024);
  const [program, ...args] = options.argv;
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
  } catch (error) {
    // A NUL byte in an argument, or an environment larger than the system takes.
    return notRun('not-started', error instanceof Error ? error.message : String(error));
  }
  return await new RunningCommand(child, options, output).supervise();
};

function notRun(ending: CommandEnding, startError: string | undefined): CommandResult {
  return { ending, exitCode: undefined, exitSignal: undefined, output: '', startError };
}

/** A started command, from its first output until its group has no process left. */
class RunningCommand {
  readonly #child: ChildProcess;
  readonly #options: CommandOptions;
  readonly #output: BoundedOutput;
  readonly #result = Promise.withResolvers<CommandResult>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #onAbort = (): void => this.#stop('cancelled');
  #ending: CommandEnding = 'exited';
  #finished = false;

  constructor(child: ChildProcess, options: CommandOptions, output: BoundedOutput) {
    this.#child = child;
    this.#options = options;
    this.#output = output;
  }

  /** Call once, in the same turn as the start: an earlier event would be missed. */
  supervise(): Promise<CommandResult> {
    const child = this.#child;
    const { signal, timeoutMs, onStart } = this.#options;
    child.stdout?.on('data', (chunk: Uint8Array) => this.#output.add(chunk));
    child.stderr?.on('data', (chunk: Uint8Array) => this.#output.add(chunk));
    child.on('error', (error) => (child.pid === undefined ? this.#finish(error.message) : undefined));
    child.on('close', () => this.#finish(undefined));
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#after(Math.min(timeoutMs, longestTimer), () => this.#stop('timed-out'));
    if (child.pid !== undefined) onStart?.(child.pid);
    return this.#result.promise;
  }

  #stop(reason: CommandEnding): void {
    if (this.#ending !== 'exited') return;
    this.#ending = reason;
    this.#send('SIGTERM');
    this.#after(this.#options.killGraceMs ?? 5000, () => {
      this.#send('SIGKILL');
      // A process outside of the group may hold the pipes open: the wait for it ends here.
      this.#after(1000, () => this.#finish(undefined));
    });
  }

  #finish(startError: string | undefined): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#cleanUp();
    this.#result.resolve(startError === undefined ? this.#ended() : notRun('not-started', startError));
  }

  #cleanUp(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#send('SIGKILL');
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #ended(): CommandResult {
    return {
      ending: this.#ending,
      exitCode: this.#child.exitCode ?? undefined,
      exitSignal: this.#child.signalCode ?? undefined,
      output: this.#output.text(),
      startError: undefined,
    };
  }

  #send(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid, signal);
  }

  #after(delayMs: number, action: () => void): void {
    this.#timers.push(setTimeout(action, delayMs));
  }
}

/** Longer delays make Node's timers fire at once. */
const longestTimer = 2 ** 31 - 1;
