import { describeError } from '../../lib/sluice-error.ts';
import type { ExecOptions, ExecSession } from '../contracts.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { startProcessGroup, StartError } from './process-group.ts';
import type { ProcessGroup } from './process-group.ts';
import type { ProcessGuard } from './process-guard.ts';

/** Input that may come before the process has started; in bytes. */
const earlyInputBound = 1024 * 1024;

/**
 * Runs a command beside a container, with its environment. There is no terminal device behind `tty`: both
 * outputs go to stdout, and nothing is echoed.
 */
export function startExec(options: ExecOptions, plan: LaunchPlan, guard: ProcessGuard): ExecSession {
  let group: ProcessGroup | undefined;
  let killed = false;
  let early: Uint8Array[] = [];
  let earlyBytes = 0;
  let inputEnded = !options.stdin;

  const run = async (): Promise<number> => {
    try {
      group = await startProcessGroup({
        ...plan,
        argv: options.command,
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
    for (const chunk of early) group.writeStdin(chunk);
    early = [];
    if (inputEnded) group.endStdin();
    if (killed) group.kill('SIGKILL');
    return (await group.exited).code;
  };
  run().then(options.onExit, () => options.onExit(126));

  return {
    writeStdin(chunk) {
      if (group !== undefined) group.writeStdin(chunk);
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
