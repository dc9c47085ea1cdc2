import { withDeadline } from '@sluice/lib/time/deadline.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { RunningContainer } from './container-life.ts';
import type { Container, LifecycleHook } from './pod.ts';
import { tryHttp } from './probe-action.ts';
import { runCommand } from './run-command.ts';
import { settledWithin } from './settled-within.ts';

interface StopOptions {
  readonly container: Container;
  readonly running: RunningContainer;
  readonly podIp: string;
  /** For preStop and SIGTERM together; then SIGKILL. */
  readonly graceMs: number;
  readonly clock: Clock;
  readonly guard: ProcessGuard;
}

/** Runs preStop, sends SIGTERM to the group, and SIGKILL to what is left after the grace period. */
export async function stopContainer(options: StopOptions): Promise<void> {
  const { container, running, graceMs, clock } = options;
  const deadline = clock.now() + graceMs;
  const { preStop } = container.lifecycle ?? {};
  if (preStop !== undefined && graceMs > 0) await runHook(preStop, options);
  if (graceMs > 0) running.group.kill('SIGTERM');
  const ended = await settledWithin(clock, Math.max(0, deadline - clock.now()), running.group.exited);
  if (!ended) running.group.kill('SIGKILL');
  await running.group.exited;
}

/** Runs a lifecycle hook. Returns the failure, or undefined when it passed. Never rejects. */
export async function runHook(hook: LifecycleHook, options: StopOptions): Promise<string | undefined> {
  const { clock, graceMs: ms, running } = options;
  const overdue = (): Error => new Error(`not done within ${ms / 1000} s`);
  return withDeadline({ clock, ms, signal: endOf(running), overdue }, (signal) =>
    runHookUntil(hook, options, signal),
  );
}

async function runHookUntil(
  hook: LifecycleHook,
  { container, running, podIp, graceMs, clock, guard }: StopOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (hook.sleep !== undefined) {
    await sleep(clock, Math.min(graceMs, hook.sleep.seconds * 1000), signal);
    return undefined;
  }
  const run = (argv: readonly string[]): Promise<{ code: number; output: string }> =>
    runCommand(argv, running.plan, guard, signal);
  if (hook.httpGet !== undefined) return tryHttp(hook.httpGet, { podIp, container, runCommand: run }, signal);
  if (hook.exec === undefined) return undefined;
  const { code, output } = await run(hook.exec.command);
  return code === 0 ? undefined : `exited with ${code}: ${output.trim()}`;
}

function endOf(running: RunningContainer): AbortSignal {
  const ended = new AbortController();
  running.group.exited.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  return ended.signal;
}
