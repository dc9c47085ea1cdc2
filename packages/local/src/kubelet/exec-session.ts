import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { ExecOptions, ExecSession } from '../contracts.ts';
import type { RunningContainer } from './container-life.ts';
import { startProcessGroup, StartError } from './process-group.ts';
import type { ProcessGroup } from './process-group.ts';
import { terminalCommand } from './terminal-command.ts';

/** Input that may come before the process has started; in bytes. */
const earlyInputBound = 1024 * 1024;

/**
 * Runs a command beside a container, with its environment. The size of a terminal is not followed. Where no
 * terminal can be had, lines still work: both outputs go to stdout, and a return ends a line.
 */
export function startExec(
  options: ExecOptions,
  { plan, group: container }: RunningContainer,
  guard: ProcessGuard,
): ExecSession {
  let group: ProcessGroup | undefined;
  let killed = false;
  let early: Uint8Array[] = [];
  let earlyBytes = 0;
  let inputEnded = !options.stdin;

  const terminal = options.tty ? terminalCommand(options.command, plan.env) : undefined;
  // kubectl puts the terminal on its side into raw mode: a return comes as such.
  const asLines = options.tty && terminal === undefined;
  const write = (to: ProcessGroup, chunk: Uint8Array): void =>
    to.writeStdin(asLines ? chunk.map((byte) => (byte === 13 ? 10 : byte)) : chunk);

  const run = async (): Promise<number> => {
    try {
      group = await startProcessGroup({
        ...plan,
        argv: terminal ?? options.command,
        env: options.tty ? { TERM: 'xterm', ...plan.env } : plan.env,
        guard,
        stdin: options.stdin,
        onStdout: options.onStdout,
        onStderr: options.tty ? options.onStdout : options.onStderr,
      });
    } catch (error) {
      const out = options.tty ? options.onStdout : options.onStderr;
      out(Buffer.from(`${describeError(error)}\n`));
      return error instanceof StartError ? error.code : 126;
    }
    for (const chunk of early) write(group, chunk);
    early = [];
    if (inputEnded) group.endStdin();
    if (killed) group.kill('SIGKILL');
    // The end of the container is the end of everything in it.
    const session = group;
    container.exited.then(
      () => session.kill('SIGKILL'),
      () => undefined,
    );
    return (await group.exited).code;
  };
  run().then(options.onExit, () => options.onExit(126));

  return {
    writeStdin(chunk) {
      if (group !== undefined) write(group, chunk);
      else if ((earlyBytes += chunk.length) <= earlyInputBound) early.push(chunk);
    },
    endStdin() {
      inputEnded = true;
      group?.endStdin();
    },
    resize: () => undefined,
    kill() {
      killed = true;
      group?.kill('SIGKILL');
    },
  };
}
