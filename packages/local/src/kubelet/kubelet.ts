import { mkdirSync, rmSync } from 'node:fs';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import type { PodRuntime } from '../contracts.ts';
import { kubernetesPace } from './back-off.ts';
import type { BackOffPace } from './back-off.ts';
import { isoSeconds } from './container-life.ts';
import { nodeObject, nodes } from './node-object.ts';
import { createPodRuntime } from './pod-runtime.ts';
import type { PodWorkerParts } from './pod-worker.ts';
import { PodWorkers } from './pod-workers.ts';

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
  const { store, clock, guard, folder } = options;
  // The store is empty after a restart, so files of earlier pods are removed.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  store.create(nodes, nodeObject(isoSeconds(clock.now()), options.version));

  const workers = new PodWorkers({ ...options, pace: options.pace ?? kubernetesPace });
  const later = (object: AnyKubeObject): void => void clock.setTimer(0, () => workers.follow(object));
  const subscriptions = [
    store.subscribe(pods, ({ object }) => later(object)),
    // Pods may wait for a label of the node.
    store.subscribe(nodes, () => store.list(pods).forEach(later)),
  ];
  for (const object of store.list(pods)) workers.follow(object);

  return {
    ...createPodRuntime({ workerOf: (ref) => workers.of(ref), clock, guard }),
    async close(graceMs) {
      for (const unsubscribe of subscriptions) unsubscribe();
      await workers.close(graceMs);
    },
  };
}
