import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { bindPod } from './bind-pod.ts';
import { nodeName } from './node-object.ts';
import { asPod, isFinished } from './pod.ts';
import { PodWorker } from './pod-worker.ts';
import type { PodWorkerParts } from './pod-worker.ts';

/** Starts a worker for each pod of the node, and stops it when the pod is deleted. */
export class PodWorkers {
  readonly #parts: PodWorkerParts;
  readonly #workers = new Map<string, PodWorker>();
  readonly #finishing = new Set<PodWorker>();
  #closed = false;

  constructor(parts: PodWorkerParts) {
    this.#parts = parts;
  }

  of(ref: ObjectRef): PodWorker | undefined {
    return this.#workers.get(keyOf(ref));
  }

  /** Starts or stops the pod's worker. Throws nothing: one broken pod must not stop the listener chain. */
  follow(object: AnyKubeObject): void {
    try {
      this.#see(object);
    } catch (error) {
      this.#report('pod could not be handled', object, error);
    }
  }

  /** Ends every pod's processes within about `graceMs`. No worker starts afterwards. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop(graceMs)));
  }

  #see(object: AnyKubeObject): void {
    const current = this.#parts.store.get(pods, refOf(object));
    const worker = this.of(refOf(object));
    if (worker !== undefined && worker.uid !== current?.metadata.uid) {
      this.#finish(worker, object, 0);
      return;
    }
    if (current === undefined || this.#closed) return;
    if (current.metadata.deletionTimestamp !== undefined) this.#end(current, worker);
    else if (worker === undefined) this.#begin(current);
  }

  #begin(object: AnyKubeObject): void {
    const pod = asPod(object);
    if (isFinished(pod)) return;
    if ((pod.spec.nodeName ?? '') === '') {
      bindPod(object, this.#parts);
      return;
    }
    if (pod.spec.nodeName !== nodeName) return;
    const worker = new PodWorker(pod, this.#parts);
    this.#workers.set(keyOf(refOf(pod)), worker);
    worker.start();
  }

  #end(object: AnyKubeObject, worker: PodWorker | undefined): void {
    const graceMs = (object.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    if (worker !== undefined) this.#finish(worker, object, graceMs);
    else this.#remove(object);
  }

  #finish(worker: PodWorker, object: AnyKubeObject, graceMs: number): void {
    const stopped = worker.stop(graceMs);
    if (this.#finishing.has(worker)) return;
    this.#finishing.add(worker);
    this.#clearAway(worker, object, stopped).catch((error: unknown) => {
      this.#report('pod could not be ended', object, error);
    });
  }

  async #clearAway(worker: PodWorker, object: AnyKubeObject, stopped: Promise<void>): Promise<void> {
    await stopped;
    await worker.release();
    this.#finishing.delete(worker);
    if (this.of(refOf(object)) === worker) this.#workers.delete(keyOf(refOf(object)));
    this.#remove(object);
    // A pod of the same name may have been created meanwhile.
    const next = this.#parts.store.get(pods, refOf(object));
    if (next !== undefined) this.follow(next);
  }

  #remove(object: AnyKubeObject): void {
    const { store } = this.#parts;
    const { uid } = object.metadata;
    if (store.get(pods, refOf(object))?.metadata.uid !== uid) return;
    try {
      store.delete(pods, refOf(object), { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { uid }) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #report(message: string, object: AnyKubeObject, error: unknown): void {
    this.#parts.log.error(message, { pod: keyOf(refOf(object)), error: describeError(error) });
  }
}

const keyOf = ({ namespace, name }: ObjectRef): string => `${namespace ?? ''}/${name}`;
