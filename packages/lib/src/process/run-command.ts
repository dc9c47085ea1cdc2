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
  /** Between SIGTERM and SIGKILL, in milliseconds; 5000 unless told. */
  readonly killGraceMs?: number;
  /** Of stdout and stderr together, head and tail kept; 64 KiB unless told. */
  readonly outputLimitBytes?: number;
  /** Ends the command as its deadline would. */
  readonly signal?: AbortSignal;
  /** Called once with the process group's id, as soon as it exists. */
  readonly onStart?: (processGroup: number) => void;
}

export type CommandEnding = 'exited' | 'not-started' | 'timed-out' | 'cancelled';

export interface CommandResult {
  readonly ending: CommandEnding;
  /** Of the command itself; undefined when a signal ended it or it never ran. */
  readonly exitCode: number | undefined;
  readonly exitSignal: string | undefined;
  /** stdout and stderr as they came, bounded. */
  readonly output: string;
  /** Why it did not start (`spawn x ENOENT`). */
  readonly startError: string | undefined;
}

export type RunCommand = (options: CommandOptions) => Promise<CommandResult>;

/**
 * Runs a command in its own process group and never rejects. It is over when the command has exited and its
 * output has no writer left, as in a shell pipe; then, as at the deadline, nothing of its group survives.
 * A process that left the group (`setsid`) is out of reach.
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
  return await superviseChild(child, options, output);
};

function notRun(ending: CommandEnding, startError: string | undefined): CommandResult {
  return { ending, exitCode: undefined, exitSignal: undefined, output: '', startError };
}

function superviseChild(
  child: ChildProcess,
  options: CommandOptions,
  output: BoundedOutput,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  let ending: CommandEnding = 'exited';
  const timers: NodeJS.Timeout[] = [];
  const after = (delayMs: number, action: () => void): void => void timers.push(setTimeout(action, delayMs));

  const send = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) killGroup(child.pid, signal);
  };

  const stop = (reason: CommandEnding): void => {
    if (ending !== 'exited') return;
    ending = reason;
    send('SIGTERM');
    after(options.killGraceMs ?? 5000, () => {
      send('SIGKILL');
      // Someone outside of the group may hold the pipes open: wait no longer for them.
      after(1000, () => finish(undefined));
    });
  };
  const onAbort = (): void => stop('cancelled');
  let finished = false;
  const finish = (startError: string | undefined): void => {
    if (finished) return;
    finished = true;
    for (const timer of timers) clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    send('SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
    if (startError !== undefined) return resolve(notRun('not-started', startError));
    const exitCode = child.exitCode ?? undefined;
    resolve({
      ending,
      exitCode,
      exitSignal: child.signalCode ?? undefined,
      output: output.text(),
      startError,
    });
  };

  child.stdout?.on('data', (chunk: Uint8Array) => output.add(chunk));
  child.stderr?.on('data', (chunk: Uint8Array) => output.add(chunk));
  child.on('error', (error) => (child.pid === undefined ? finish(error.message) : undefined));
  child.on('close', () => finish(undefined));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  after(Math.min(options.timeoutMs, longestTimer), () => stop('timed-out'));
  if (child.pid !== undefined) options.onStart?.(child.pid);
  return promise;
}

/** Longer delays make Node's timers fire at once. */
const longestTimer = 2 ** 31 - 1;
