import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { killGroup } from '@sluice/lib/process/kill-group.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';

export interface ProcessGroupOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly guard: ProcessGuard;
  readonly onStdout: (chunk: Uint8Array) => void;
  readonly onStderr: (chunk: Uint8Array) => void;
  readonly stdin?: boolean;
  /** Called when input is read again, or never will be, after `writeStdin` returned false. */
  readonly onStdinReady?: () => void;
}

export interface ProcessGroup {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** False: the process does not keep up, and `onStdinReady` follows. */
  writeStdin(chunk: Uint8Array): boolean;
  endStdin(): void;
}

export interface Exit {
  /** As a shell counts: 128 plus the signal's number when a signal ended it. */
  readonly code: number;
  readonly signal?: number;
}

/** The process could not be started. `code` is a shell's: 127 not found, 126 not executable. */
export class StartError extends SluiceError {
  override readonly name = 'StartError';
  readonly code: 126 | 127;

  constructor(command: string, cause: unknown) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    super(
      missing
        ? `exec: "${command}": executable file not found in $PATH (containers run on the host: install it, or use an image that the local cluster knows)`
        : `exec: "${command}" could not be started`,
      missing ? {} : { cause },
    );
    this.code = missing ? 127 : 126;
  }
}

/** Milliseconds to wait for output that descendants hold open after the leader's exit. */
const drainMs = 500;

/**
 * Starts a process as leader of a group of its own. The group is killed when the leader exits, as a container is when
 * its PID 1 exits.
 */
export function startProcessGroup(options: ProcessGroupOptions): Promise<ProcessGroup> {
  const [command = '', ...args] = options.argv;
  const child = spawn(command, args, {
    detached: true,
    env: options.env,
    cwd: options.cwd,
    stdio: [options.stdin === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new StartError(command, error));
    });
    child.once('spawn', () => {
      resolve(adopt(child, options));
    });
  });
}

function adopt(child: ChildProcess, options: ProcessGroupOptions): ProcessGroup {
  const { guard, onStdout, onStderr, onStdinReady = () => undefined } = options;
  const pid = child.pid ?? 0;
  guard.add(pid);
  let over = false;
  child.stdout?.on('data', onStdout);
  child.stderr?.on('data', onStderr);
  // A process may stop reading its input; that is not an error here.
  child.stdin?.on('error', () => undefined);
  child.stdin?.on('drain', onStdinReady);
  child.stdin?.on('close', onStdinReady);
  child.on('error', () => undefined);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      over = true;
      killGroup(pid, 'SIGKILL');
      guard.remove(pid);
      const exit = exitOf(code, signal);
      const cutOff = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, drainMs);
      child.once('close', () => {
        clearTimeout(cutOff);
        resolve(exit);
      });
    });
  });
  return {
    pid,
    exited,
    kill(signal) {
      // After the exit, the pid may belong to another process.
      if (!over) killGroup(pid, signal);
    },
    writeStdin: (chunk) => child.stdin === null || child.stdin.destroyed || child.stdin.write(chunk),
    endStdin: () => void child.stdin?.end(),
  };
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
  if (signal === null) return { code: code ?? 0 };
  const number = constants.signals[signal];
  return { code: 128 + number, signal: number };
}
