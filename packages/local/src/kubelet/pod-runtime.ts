import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { ProcessGuard } from '@sluice/lib/process/process-guard.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { PodRuntime } from '../contracts.ts';
import type { ContainerLife } from './container-life.ts';
import { startExec } from './exec-session.ts';
import type { PodWorker } from './pod-worker.ts';
import { readLog } from './read-log.ts';

interface RuntimeOptions {
  readonly workerOf: (pod: ObjectRef) => PodWorker | undefined;
  readonly clock: Clock;
  readonly guard: ProcessGuard;
}

/** Logs and exec of the pods that run here. */
export function createPodRuntime({ workerOf, clock, guard }: RuntimeOptions): PodRuntime {
  const find = (pod: ObjectRef, container: string | undefined): ContainerLife => {
    const worker = workerOf(pod);
    if (worker === undefined) throw badRequest(`pod "${pod.name}" has no containers on this node yet`);
    // Without a name kubectl means the annotated container, or else the first that is not an init container.
    const life = worker.lives.find((it) => it.container.name === (container ?? worker.defaultContainer));
    if (life !== undefined) return life;
    throw badRequest(`container ${container ?? ''} is not valid for pod ${pod.name}`);
  };
  return {
    logs(pod, options, signal) {
      const life = find(pod, options.container);
      const log = options.previous ? life.previousLog : life.log;
      if (log !== undefined) return readLog(log, options, clock.now(), signal);
      const { name } = life.container;
      const reason = life.progress.state.waiting?.reason ?? 'ContainerCreating';
      throw badRequest(
        options.previous
          ? `previous terminated container "${name}" in pod "${pod.name}" not found`
          : `container "${name}" in pod "${pod.name}" is waiting to start: ${reason}`,
      );
    },
    exec(pod, options) {
      const life = find(pod, options.container);
      if (life.running !== undefined) return startExec(options, life.running, guard);
      throw badRequest(`container "${life.container.name}" of pod "${pod.name}" is not running`);
    },
  };
}

const badRequest = (message: string): KubeError =>
  new KubeError(message, { code: 400, reason: 'BadRequest' });
