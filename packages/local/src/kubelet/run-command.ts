import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { startProcessGroup, StartError } from './process-group.ts';

const outputBound = 10_240;

/** Runs a command beside a container, with its environment, for a probe or a lifecycle hook. */
export async function runCommand(
  argv: readonly string[],
  plan: LaunchPlan,
  guard: ProcessGuard,
  signal: AbortSignal,
): Promise<{ code: number; output: string }> {
  let output = '';
  const keep = (chunk: Uint8Array): void => {
    if (output.length < outputBound) output += Buffer.from(chunk).toString();
  };
  try {
    const options = { argv, env: plan.env, cwd: plan.cwd, guard, onStdout: keep, onStderr: keep };
    const group = await startProcessGroup(options);
    const kill = (): void => group.kill('SIGKILL');
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, { once: true });
    const { code } = await group.exited;
    signal.removeEventListener('abort', kill);
    return { code, output };
  } catch (error) {
    if (error instanceof StartError) return { code: error.code, output: error.message };
    throw error;
  }
}
