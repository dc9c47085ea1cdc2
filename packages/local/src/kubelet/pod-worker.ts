import { refOf } from '@sluice/kube/objects/object-ref.ts';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pods } from '@sluice/kube/objects/resources.ts';
import { inside } from '@sluice/lib/fs/inside.ts';
import { isConflict, isNotFound } from '@sluice/kube/objects/kube-error.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { ImageCatalog, LocalStore, PodNetwork } from '../contracts.ts';
import type { RecordEvent } from '../event-recorder.ts';
import { attendContainer } from './attend-container.ts';
import type { BackOffPace } from './back-off.ts';
import { createConfigSource } from './config-source.ts';
import { ContainerLife, isoSeconds } from './container-life.ts';
import { containerStatus, restartPolicyOf } from './container-states.ts';
import { startGracePeriod, type GracePeriod } from './grace-period.ts';
import { planLaunch } from './launch-plan.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { asPod } from './pod.ts';
import type { Container, Pod } from './pod.ts';
import { initialized, podStatus } from './pod-status.ts';
import { stopContainer } from './stop-container.ts';
import { materialiseVolumes } from './volumes.ts';

export interface PodWorkerParts {
  readonly store: LocalStore;
  readonly images: ImageCatalog;
  readonly network: PodNetwork;
  readonly clock: Clock;
  readonly log: Log;
  readonly guard: ProcessGuard;
  readonly record: RecordEvent;
  readonly pace: BackOffPace;
  /** Variables of every container: PATH, HOME, KUBECONFIG ... */
  readonly base: Readonly<Record<string, string>>;
  /** Holds one folder for each pod. */
  readonly folder: string;
}

/** Runs one pod from its binding to its end. */
export class PodWorker {
  readonly uid: string;
  readonly podIp: string;
  readonly lives: readonly ContainerLife[];
  #pod: Pod;
  #parts: PodWorkerParts;
  #stopping = new AbortController();
  #grace: GracePeriod | undefined;
  #ending: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();
  #startTime: string;
  #folder: string;
  #initCount: number;
  #base: Readonly<Record<string, string>> = {};

  constructor(pod: Pod, parts: PodWorkerParts) {
    this.#pod = pod;
    this.#parts = parts;
    this.uid = pod.metadata.uid ?? '';
    this.podIp = parts.network.allocatePodIp();
    this.#startTime = isoSeconds(parts.clock.now());
    this.#folder = inside(parts.folder, this.uid);
    const init = pod.spec.initContainers ?? [];
    this.#initCount = init.length;
    this.lives = [
      ...init.map((container) => this.#life(container, 'init')),
      ...pod.spec.containers.map((container) => this.#life(container, 'main')),
    ];
  }

  /** The container for requests that name none. */
  get defaultContainer(): string {
    const annotated = this.#pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
    return annotated ?? this.#pod.spec.containers[0]?.name ?? '';
  }

  /** Runs until every container has ended for good, or `stop` is called. */
  start(): void {
    this.#running = this.#run().catch((error: unknown) => {
      const pod = `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`;
      this.#parts.log.error('pod could not be run', { pod, error: describeError(error) });
      this.#event('Warning', 'Failed', describeError(error));
    });
  }

  /** Ends all processes within `graceMs`. A further call with less shortens that time; 0 kills them at once. */
  stop(graceMs: number): Promise<void> {
    this.#grace ??= startGracePeriod(this.#parts.clock, graceMs);
    this.#grace.shorten(graceMs);
    this.#ending ??= this.#end(this.#grace);
    return this.#ending;
  }

  async #run(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    this.#publish();
    this.#base = await this.#environment();
    const { signal } = this.#stopping;
    const sidecars: Promise<void>[] = [];
    for (const life of this.lives.slice(0, this.#initCount)) {
      const ended = life.run(signal);
      if (life.container.restartPolicy === 'Always') {
        sidecars.push(ended);
        await this.#startedUp(life);
      } else await ended;
      if (signal.aborted) break;
    }
    if (!signal.aborted && this.#initialized()) {
      await Promise.all(this.lives.slice(this.#initCount).map((life) => life.run(signal)));
      // Sidecars end with the containers they accompany.
      if (!signal.aborted) await this.stop(this.#graceMs());
    }
    await Promise.all(sidecars);
  }

  async #environment(): Promise<Readonly<Record<string, string>>> {
    const names = await this.#parts.network.environment(this.#pod.metadata.namespace ?? 'default');
    return { ...this.#parts.base, ...names };
  }

  #startedUp(life: ContainerLife): Promise<void> {
    return new Promise((resolve) => {
      const done = (): boolean => life.progress.started || this.#stopping.signal.aborted;
      const look = (): void => {
        if (done()) resolve();
        else this.#watchers.add(look);
      };
      look();
    });
  }

  /** Called once after the next change. */
  #watchers = new Set<() => void>();

  #changed(): void {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    for (const watcher of watchers) watcher();
    this.#publish();
  }

  async #end(grace: GracePeriod): Promise<void> {
    this.#stopping.abort();
    this.#changed();
    const { clock, guard } = this.#parts;
    const stopOne = async (life: ContainerLife): Promise<void> => {
      const { container, running } = life;
      if (running === undefined) return;
      this.#event('Normal', 'Killing', `Stopping container ${container.name}`);
      await stopContainer({ container, running, podIp: this.podIp, clock, guard }, grace);
    };
    // Sidecars stop last, because the other containers use them.
    await Promise.all(this.lives.slice(this.#initCount).map(stopOne));
    await Promise.all(this.lives.slice(0, this.#initCount).map(stopOne));
    grace.end();
  }

  /** Frees the pod's address and files. Called after `stop`, when the pod is deleted. */
  async release(): Promise<void> {
    await this.#running;
    this.#parts.network.release(this.podIp);
    for (const { log } of this.lives) log?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #life(container: Container, kind: 'init' | 'main'): ContainerLife {
    const { pace, clock, guard } = this.#parts;
    const life: ContainerLife = new ContainerLife({
      pod: this.#pod,
      container,
      kind,
      restartPolicy: restartPolicyOf(container, kind, this.#pod.spec.restartPolicy ?? 'Always'),
      pace,
      clock,
      guard,
      folder: this.#folder,
      plan: () => this.#plan(container),
      onChange: () => this.#changed(),
      event: (type, reason, message) => this.#event(type, reason, message),
      onStarted: (running, signal) => {
        const event = this.#event.bind(this);
        attendContainer({
          life,
          running,
          podIp: this.podIp,
          graceMs: this.#graceMs(),
          clock,
          guard,
          event,
          signal,
        });
      },
    });
    return life;
  }

  #plan(container: Container): LaunchPlan {
    const { store, images } = this.#parts;
    const pod = this.#pod;
    const config = createConfigSource(store, pod.metadata.namespace ?? 'default');
    const common = { pod, podIp: this.podIp, config };
    this.#volumes ??= materialiseVolumes({ ...common, folder: join(this.#folder, 'volumes') });
    return planLaunch({
      ...common,
      container,
      images,
      base: this.#base,
      volumes: this.#volumes,
      folder: join(this.#folder, 'work'),
    });
  }

  #volumes: ReadonlyMap<string, string> | undefined;

  #graceMs(): number {
    return (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  #initialized(): boolean {
    return initialized(this.#pod, { initContainers: this.#statuses(0, this.#initCount) });
  }

  #statuses(from: number, to: number) {
    return this.lives.slice(from, to).map(({ container, progress }) => containerStatus(container, progress));
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#parts.record(this.#pod, type, reason, message);
  }

  /** Writes the status if it changed. Skips a pod that is gone or was created again under its name. */
  #publish(): void {
    const { store, clock } = this.#parts;
    const current = store.get(pods, refOf(this.#pod));
    if (current?.metadata.uid !== this.uid) return;
    const status = podStatus(asPod(current), {
      podIp: this.podIp,
      startTime: this.#startTime,
      initContainers: this.#statuses(0, this.#initCount),
      containers: this.#statuses(this.#initCount, this.lives.length),
      time: isoSeconds(clock.now()),
    });
    try {
      const { resourceVersion: _, ...metadata } = current.metadata;
      store.update(pods, { ...current, metadata, status }, { subresource: 'status' });
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }
}
