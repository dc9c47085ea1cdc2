import { withDeadline } from '@sluice/lib/time/deadline.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { RunningContainer } from './container-life.ts';
import type { GracePeriod } from './grace-period.ts';
import type { Container, LifecycleHook } from './pod.ts';
import { tryHttp } from './probe-action.ts';
import { runCommand } from './run-command.ts';

interface StopOptions {
  readonly container: Container;
  readonly running: RunningContainer;
  readonly podIp: string;
  readonly clock: Clock;
  readonly guard: ProcessGuard;
}

interface HookOptions extends StopOptions {
  /** Milliseconds. */
  readonly graceMs: number;
  /** Ends the hook earlier. */
  readonly over?: AbortSignal;
}

/** Runs preStop, sends SIGTERM to the group, and SIGKILL to what is left when the grace period is over. */
export async function stopContainer(options: StopOptions, grace: GracePeriod): Promise<void> {
  const { container, running } = options;
  const { over } = grace;
  const isForced = over.aborted;
  const { preStop } = container.lifecycle ?? {};
  if (preStop !== undefined && !isForced) await runHook(preStop, { ...options, graceMs: grace.left(), over });
  if (!isForced) running.group.kill('SIGTERM');
  const ended = endOf(running);
  await firstOf(ended, over);
  if (!ended.aborted) running.group.kill('SIGKILL');
  await running.group.exited;
}

const firstOf = (...signals: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const any = AbortSignal.any([...signals]);
    if (any.aborted) resolve();
    else any.addEventListener('abort', () => resolve(), { once: true });
  });

/** Runs a lifecycle hook. Returns the failure, or undefined when it passed. Never rejects. */
export async function runHook(hook: LifecycleHook, options: HookOptions): Promise<string | undefined> {
  const { clock, graceMs: ms, running, over } = options;
  const overdue = (): Error => new Error(`not done within ${ms / 1000} s`);
  const signal = over === undefined ? endOf(running) : AbortSignal.any([endOf(running), over]);
  return withDeadline({ clock, ms, signal, overdue }, (until) => runHookUntil(hook, options, until));
}

async function runHookUntil(
  hook: LifecycleHook,
  { container, running, podIp, graceMs, clock, guard }: HookOptions,
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
