import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { ContainerLife, RunningContainer } from './container-life.ts';
import { runProbes } from './container-probes.ts';
import { startGracePeriod } from './grace-period.ts';
import { runHook, stopContainer } from './stop-container.ts';

interface AttendOptions {
  readonly life: ContainerLife;
  readonly running: RunningContainer;
  readonly podIp: string;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly guard: ProcessGuard;
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  readonly signal: AbortSignal;
}

/** Starts a running container's probes and its postStart hook. The container restarts when the hook fails. */
export function attendContainer(options: AttendOptions): void {
  const { life, event } = options;
  const { container } = life;
  const restart = async (): Promise<void> => {
    const grace = startGracePeriod(options.clock, options.graceMs);
    await stopContainer({ ...options, container }, grace);
    grace.end();
  };
  const report = (error: unknown): void => event('Warning', 'ProbeError', describeError(error));
  runProbes({ ...options, restart }).catch(report);
  const { postStart } = container.lifecycle ?? {};
  if (postStart === undefined) return;
  runHook(postStart, { ...options, container })
    .then((failure) => {
      if (failure === undefined || options.signal.aborted) return undefined;
      event('Warning', 'FailedPostStartHook', `PostStartHook failed: ${failure}`);
      return restart();
    })
    .catch(report);
}
