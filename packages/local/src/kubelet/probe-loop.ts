import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Probe } from './pod.ts';
import type { ProbeAnswer } from './probe-action.ts';

interface ProbeLoopOptions {
  readonly probe: Probe;
  readonly clock: Clock;
  readonly attempt: () => Promise<ProbeAnswer>;
  /** Probes more often than the period until the first success; these extra probes never count as failures. */
  readonly eager: boolean;
  /** Called on each change, when the threshold of successes or failures in a row is reached. */
  readonly onVerdict: (healthy: boolean) => void;
  readonly onFailure: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Milliseconds between eager probes: an exec probe starts a process, a network probe costs little. */
const eagerMs = (probe: Probe): number => (probe.exec === undefined ? 200 : 1000);

/** Probes until the signal aborts. Never rejects. */
export async function probeLoop(options: ProbeLoopOptions): Promise<void> {
  const { probe, clock, signal } = options;
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  await sleep(clock, (probe.initialDelaySeconds ?? 0) * 1000, signal);
  let healthy: boolean | undefined;
  let successes = 0;
  let failures = 0;
  // A new process is rarely ready at once, so failures in an eager probe's first period do not count.
  let countedAt = clock.now();
  while (!signal.aborted) {
    const begun = clock.now();
    const failure = await options.attempt();
    if (signal.aborted) return;
    if (failure === undefined) {
      successes += 1;
      failures = 0;
      if (healthy !== true && successes >= (probe.successThreshold ?? 1)) options.onVerdict((healthy = true));
    } else if (begun - countedAt >= periodMs || !options.eager || healthy === true) {
      countedAt = begun;
      successes = 0;
      failures += 1;
      options.onFailure(failure);
      if (healthy !== false && failures >= (probe.failureThreshold ?? 3))
        options.onVerdict((healthy = false));
    }
    const pause = options.eager && healthy !== true ? Math.min(eagerMs(probe), periodMs) : periodMs;
    await sleep(clock, Math.max(0, begun + pause - clock.now()), signal);
  }
}
