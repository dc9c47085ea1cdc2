import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { ContainerLife, RunningContainer } from './container-life.ts';
import type { Probe } from './pod.ts';
import { tryProbe } from './probe-action.ts';
import type { ProbeTarget } from './probe-action.ts';
import { probeLoop } from './probe-loop.ts';
import { runCommand } from './run-command.ts';

interface ProbesOptions {
  readonly life: ContainerLife;
  readonly running: RunningContainer;
  readonly podIp: string;
  readonly clock: Clock;
  readonly guard: ProcessGuard;
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  /** Ends this run of the container; its restart policy decides what follows. */
  readonly restart: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Runs the container's probes until the signal aborts: startup first, then liveness and readiness. Never rejects. */
export async function runProbes(options: ProbesOptions): Promise<void> {
  const { startupProbe, livenessProbe, readinessProbe } = options.life.container;
  if (startupProbe !== undefined && !(await passStartup(startupProbe, options))) return;
  options.life.mark({ started: true, ready: readinessProbe === undefined });
  await Promise.all([
    readinessProbe && keepReadiness(readinessProbe, options),
    livenessProbe && keepLiveness(livenessProbe, options),
  ]);
}

async function passStartup(probe: Probe, options: ProbesOptions): Promise<boolean> {
  const over = new AbortController();
  let passed = false;
  await probeLoop({
    ...common('Startup', probe, options),
    eager: true,
    signal: AbortSignal.any([options.signal, over.signal]),
    onVerdict(healthy) {
      passed = healthy;
      over.abort();
    },
  });
  if (!passed && !options.signal.aborted) await restart('startup', options);
  return passed;
}

function keepReadiness(probe: Probe, options: ProbesOptions): Promise<void> {
  const onVerdict = (healthy: boolean): void => options.life.mark({ ready: healthy });
  return probeLoop({
    ...common('Readiness', probe, options),
    eager: true,
    onVerdict,
    signal: options.signal,
  });
}

async function keepLiveness(probe: Probe, options: ProbesOptions): Promise<void> {
  const over = new AbortController();
  await probeLoop({
    ...common('Liveness', probe, options),
    eager: false,
    signal: AbortSignal.any([options.signal, over.signal]),
    onVerdict(healthy) {
      if (!healthy) over.abort();
    },
  });
  if (!options.signal.aborted) await restart('liveness', options);
}

async function restart(kind: string, options: ProbesOptions): Promise<void> {
  const { name } = options.life.container;
  options.event('Normal', 'Killing', `Container ${name} failed ${kind} probe, will be restarted`);
  await options.restart();
}

function common(title: string, probe: Probe, { life, running, podIp, clock, guard, event }: ProbesOptions) {
  const target: ProbeTarget = {
    podIp,
    container: life.container,
    runCommand: (argv, signal) => runCommand(argv, running.plan, guard, signal),
  };
  return {
    probe,
    clock,
    attempt: () => tryProbe(probe, target),
    onFailure: (message: string) => event('Warning', 'Unhealthy', `${title} probe failed: ${message}`),
  };
}
