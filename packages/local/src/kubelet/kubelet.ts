import { mkdirSync, rmSync } from 'node:fs';
import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { PodRuntime } from '../contracts.ts';
import { kubernetesPace } from './back-off.ts';
import type { BackOffPace } from './back-off.ts';
import { isoSeconds } from './container-life.ts';
import { bindPod } from './bind-pod.ts';
import { nodeName, nodeObject, nodes } from './node-object.ts';
import { asPod, isFinished, refOf } from './pod.ts';
import { createPodRuntime } from './pod-runtime.ts';
import { PodWorker } from './pod-worker.ts';
import type { PodWorkerParts } from './pod-worker.ts';

export interface KubeletOptions extends Omit<PodWorkerParts, 'pace'> {
  readonly pace?: BackOffPace;
  /** Shown as the node's version. */
  readonly version: string;
}

export interface Kubelet extends PodRuntime {
  /** Ends every pod's processes within about `graceMs`; the objects stay. */
  close(graceMs: number): Promise<void>;
}

/** Binds pods to the one node and runs them as processes. */
export function startKubelet(options: KubeletOptions): Kubelet {
  const { store, clock, log, guard, record, folder } = options;
  const parts: PodWorkerParts = { ...options, pace: options.pace ?? kubernetesPace };
  const workers = new Map<string, PodWorker>();
  const keyOf = ({ namespace, name }: ObjectRef): string => `${namespace ?? ''}/${name}`;
  let closed = false;

  // Pods of an earlier life are not in the store any more, and neither should their files be here.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  store.create(nodes, nodeObject(isoSeconds(clock.now()), options.version));

  function see(object: AnyKubeObject): void {
    const current = store.get(pods, refOf(object));
    const worker = workers.get(keyOf(refOf(object)));
    if (worker !== undefined && worker.uid !== current?.metadata.uid) {
      finish(worker, object, 0);
      return;
    }
    if (current === undefined || closed) return;
    if (current.metadata.deletionTimestamp !== undefined) end(current, worker);
    else if (worker === undefined) begin(current);
  }

  function begin(object: AnyKubeObject): void {
    const pod = asPod(object);
    if (isFinished(pod)) return;
    if ((pod.spec.nodeName ?? '') === '') {
      bindPod(object, { store, record, clock });
      return;
    }
    if (pod.spec.nodeName !== nodeName) return;
    const worker = new PodWorker(pod, parts);
    workers.set(keyOf(refOf(pod)), worker);
    worker.start();
  }

  function end(object: AnyKubeObject, worker: PodWorker | undefined): void {
    const graceMs = (object.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    if (worker !== undefined) finish(worker, object, graceMs);
    else remove(object);
  }

  const finishing = new Set<PodWorker>();

  function finish(worker: PodWorker, object: AnyKubeObject, graceMs: number): void {
    const stopped = worker.stop(graceMs);
    if (finishing.has(worker)) return;
    finishing.add(worker);
    const done = async (): Promise<void> => {
      await stopped;
      await worker.release();
      finishing.delete(worker);
      const key = keyOf(refOf(object));
      if (workers.get(key) === worker) workers.delete(key);
      remove(object);
      // A pod of the same name may have come meanwhile.
      const next = store.get(pods, refOf(object));
      if (next !== undefined) guarded(next);
    };
    done().catch((error: unknown) => {
      log.error('pod could not be ended', { pod: keyOf(refOf(object)), error: describeError(error) });
    });
  }

  function remove(object: AnyKubeObject): void {
    const { uid } = object.metadata;
    if (store.get(pods, refOf(object))?.metadata.uid !== uid) return;
    try {
      store.delete(pods, refOf(object), { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { uid }) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** One broken pod must not stop the listener chain. */
  function guarded(object: AnyKubeObject): void {
    try {
      see(object);
    } catch (error) {
      log.error('pod could not be handled', { pod: keyOf(refOf(object)), error: describeError(error) });
    }
  }

  const later = (object: AnyKubeObject): void => void clock.setTimer(0, () => guarded(object));
  const subscriptions = [
    store.subscribe(pods, ({ object }) => later(object)),
    // A label on the node may be what pods wait for.
    store.subscribe(nodes, () => store.list(pods).forEach(later)),
  ];
  for (const object of store.list(pods)) guarded(object);

  return {
    ...createPodRuntime({ workerOf: (ref) => workers.get(keyOf(ref)), clock, guard }),
    async close(graceMs) {
      closed = true;
      for (const unsubscribe of subscriptions) unsubscribe();
      await Promise.all([...workers.values()].map((worker) => worker.stop(graceMs)));
    },
  };
}
