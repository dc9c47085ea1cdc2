import { inside, PathError } from '@sluice/lib/fs/inside.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { backOffDelay, settledAfterMs } from './back-off.ts';
import type { BackOffPace } from './back-off.ts';
import { ConfigError } from './config-error.ts';
import { createContainerLog } from './container-log.ts';
import type { ContainerLog } from './container-log.ts';
import { notInitialized, notStarted, shouldRestart, waitingAgain } from './container-states.ts';
import type { ContainerProgress, RestartPolicy } from './container-states.ts';
import { ImageError } from './launch-plan.ts';
import type { LaunchPlan } from './launch-plan.ts';
import type { Container, Pod, Terminated } from './pod.ts';
import { startProcessGroup } from './process-group.ts';
import type { Exit, ProcessGroup } from './process-group.ts';

export interface ContainerLifeOptions {
  readonly pod: Pod;
  readonly container: Container;
  readonly kind: 'init' | 'main';
  readonly restartPolicy: RestartPolicy;
  readonly pace: BackOffPace;
  readonly clock: Clock;
  readonly guard: ProcessGuard;
  /** Folder of the logs. */
  readonly folder: string;
  readonly plan: () => LaunchPlan;
  readonly onChange: () => void;
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  /** Called after each start: starts the probes, which end with the signal. */
  readonly onStarted: (running: RunningContainer, signal: AbortSignal) => void;
}

export interface RunningContainer {
  readonly plan: LaunchPlan;
  readonly group: ProcessGroup;
}

class Ended {
  readonly terminated: Terminated;

  constructor(terminated: Terminated) {
    this.terminated = terminated;
  }
}

interface NotStarted {
  readonly reason: 'ErrImagePull' | 'CreateContainerConfigError' | 'RunContainerError';
  readonly message: string;
}

/** Runs one container from its first start to its last exit. */
export class ContainerLife {
  readonly container: Container;
  running: RunningContainer | undefined;
  log: ContainerLog | undefined;
  previousLog: ContainerLog | undefined;
  #progress: ContainerProgress;
  #options: ContainerLifeOptions;

  constructor(options: ContainerLifeOptions) {
    this.#options = options;
    this.#progress = options.kind === 'main' && options.pod.spec.initContainers ? notInitialized : notStarted;
    this.container = options.container;
  }

  get progress(): ContainerProgress {
    return this.#progress;
  }

  /** Records results of probes. */
  mark(change: Partial<Pick<ContainerProgress, 'started' | 'ready'>>): void {
    if (this.running !== undefined) this.#move({ ...this.#progress, ...change });
  }

  /** Starts the container and restarts it by its restart policy. Resolves when no restart follows, or on abort. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, pace, restartPolicy } = this.#options;
    let restarts = 0;
    while (!signal.aborted) {
      const begun = clock.now();
      const end = await this.#runOnce(signal);
      if (signal.aborted || (end instanceof Ended && !shouldRestart(restartPolicy, end.terminated))) return;
      if (clock.now() - begun > settledAfterMs(pace)) restarts = 0;
      await this.#backOff(restarts, end, signal);
      restarts += 1;
    }
  }

  async #runOnce(signal: AbortSignal): Promise<Ended | NotStarted> {
    const { clock, event } = this.#options;
    const startedAt = isoSeconds(clock.now());
    let running: RunningContainer;
    try {
      running = await this.#start();
    } catch (error) {
      return this.#failedToStart(error);
    }
    const probing = new AbortController();
    this.running = running;
    this.#move({
      ...this.#progress,
      state: { running: { startedAt } },
      id: `${running.group.pid}`,
      started: this.container.startupProbe === undefined,
      ready: this.container.startupProbe === undefined && this.container.readinessProbe === undefined,
    });
    event('Normal', 'Started', `Container started: ${this.container.name} (pid ${running.group.pid})`);
    if (signal.aborted) running.group.kill('SIGKILL');
    else this.#options.onStarted(running, AbortSignal.any([signal, probing.signal]));
    const exit = await running.group.exited;
    probing.abort();
    this.log?.close();
    this.running = undefined;
    const terminated = terminatedState(exit, startedAt, isoSeconds(clock.now()));
    this.#move({ ...this.#progress, state: { terminated }, started: false, ready: false });
    return new Ended(terminated);
  }

  async #start(): Promise<RunningContainer> {
    const { guard, event, clock, folder } = this.#options;
    const plan = this.#options.plan();
    if (this.#progress.state.running === undefined && this.log !== undefined) {
      this.previousLog = this.log;
      const { terminated } = this.#progress.state;
      const lastState = terminated === undefined ? this.#progress.lastState : { terminated };
      this.#progress = { ...this.#progress, lastState, restartCount: this.#progress.restartCount + 1 };
    }
    const path = inside(folder, `${this.container.name}.${this.#progress.restartCount % 2}.log`);
    const log = createContainerLog({ path, now: () => clock.now() });
    this.log = log;
    event('Normal', 'Created', `Container created: ${this.container.name}`);
    const onStdout = (chunk: Uint8Array): void => log.write('stdout', chunk);
    const onStderr = (chunk: Uint8Array): void => log.write('stderr', chunk);
    try {
      return { plan, group: await startProcessGroup({ ...plan, guard, onStdout, onStderr }) };
    } catch (error) {
      log.write('stderr', Buffer.from(`${describeError(error)}\n`));
      log.close();
      throw error;
    }
  }

  #failedToStart(error: unknown): NotStarted {
    const message = describeError(error);
    const reason = startFailureReason(error);
    this.#options.event('Warning', 'Failed', `Error: ${message}`);
    this.#move(waitingAgain(this.#progress, reason, message));
    return { reason, message };
  }

  async #backOff(restarts: number, end: Ended | NotStarted, signal: AbortSignal): Promise<void> {
    const { pace, clock } = this.#options;
    if (end instanceof Ended) {
      const delayMs = backOffDelay(restarts, pace);
      if (delayMs > 0) this.#showCrashLoop(delayMs);
      await sleep(clock, delayMs, signal);
      return;
    }
    // A failed start waits from the first time on; missing configuration usually comes soon, so it waits less.
    const missing = end.reason === 'CreateContainerConfigError';
    const baseMs = missing ? Math.min(pace.baseMs, 1000) : pace.baseMs;
    if (end.reason === 'ErrImagePull') await this.#showPullBackOff(end.message, signal);
    await sleep(clock, backOffDelay(restarts + 1, { ...pace, baseMs }), signal);
  }

  #showCrashLoop(delayMs: number): void {
    const { pod, event } = this.#options;
    const { name } = this.container;
    const { name: podName, namespace, uid } = pod.metadata;
    const place = `${podName}_${namespace}(${uid})`;
    const message = `back-off ${Math.round(delayMs / 1000)}s restarting failed container=${name} pod=${place}`;
    this.#move(waitingAgain(this.#progress, 'CrashLoopBackOff', message));
    event('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${place}`);
  }

  async #showPullBackOff(message: string, signal: AbortSignal): Promise<void> {
    const { clock, event } = this.#options;
    await sleep(clock, 1000, signal);
    if (signal.aborted) return;
    this.#move(waitingAgain(this.#progress, 'ImagePullBackOff', message));
    event('Normal', 'BackOff', `Back-off pulling image "${this.container.image ?? ''}"`);
  }

  #move(progress: ContainerProgress): void {
    this.#progress = progress;
    this.#options.onChange();
  }
}

function startFailureReason(error: unknown): NotStarted['reason'] {
  if (error instanceof ImageError) return 'ErrImagePull';
  const isConfig = error instanceof ConfigError || error instanceof PathError;
  return isConfig ? 'CreateContainerConfigError' : 'RunContainerError';
}

function terminatedState({ code, signal }: Exit, startedAt: string, finishedAt: string): Terminated {
  const reason = code === 0 ? 'Completed' : 'Error';
  return { exitCode: code, ...(signal === undefined ? {} : { signal }), reason, startedAt, finishedAt };
}

export const isoSeconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
