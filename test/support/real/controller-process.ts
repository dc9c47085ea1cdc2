import { once } from 'node:events';
import { killGroup } from '@sluice/lib/process/kill-group.ts';
import { endProcess, guardedSpawn } from './guarded-spawn.ts';
import { until } from './until.ts';

export interface ControllerProcess {
  readonly pid: number;
  /** Standard error so far: a line of JSON each. */
  log(): string;
  /** Where it serves /metrics and /readyz; waits until it does. */
  url(): Promise<string>;
  /** SIGTERM; resolves to the exit code, null when it had to be killed. */
  stop(): Promise<number | null>;
  /** SIGTERM, and as much time as it takes; resolves to the exit code. */
  terminate(): Promise<number | null>;
  /** Resolves to the exit code when it ends by itself. */
  ended(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: a process that hangs, and wakes up later. */
  freeze(): void;
  thaw(): void;
}

export interface ControllerProcessOptions {
  readonly kubeconfig: string;
  /** After the flags that every test needs. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** `sluice controller` as users run it, with analyses of a second. */
export function startControllerProcess(options: ControllerProcessOptions): ControllerProcess {
  let log = '';
  const flags = [
    `-kubeconfig=${options.kubeconfig}`,
    '-port=0',
    '-min-interval=1s',
    ...(options.flags ?? []),
  ];
  const child = guardedSpawn(process.execPath, ['packages/sluice/src/cli/main.ts', 'controller', ...flags], {
    env: { ...process.env, SLUICE_BIND_ADDRESS: '127.0.0.1', ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  const pid = child.pid ?? 0;
  const ended = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  };
  return {
    pid,
    log: () => log,
    async url() {
      const serving = (): string | undefined => /"url":"([^"]+)"/.exec(log)?.[1];
      return until('the controller serves', serving, { timeoutMs: 15_000, everyMs: 20 });
    },
    async stop() {
      killGroup(pid, 'SIGCONT');
      await endProcess(child);
      return child.exitCode;
    },
    ended,
    terminate() {
      killGroup(pid, 'SIGTERM');
      return ended();
    },
    async kill() {
      const isRunning = child.exitCode === null && child.signalCode === null;
      const ended = isRunning ? once(child, 'exit') : undefined;
      killGroup(pid, 'SIGKILL');
      await ended;
    },
    freeze: () => void killGroup(pid, 'SIGSTOP'),
    thaw: () => void killGroup(pid, 'SIGCONT'),
  };
}
