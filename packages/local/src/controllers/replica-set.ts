import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { pods, replicaSets } from '@sluice/kube/objects/resources.ts';
import { asPod, isFinished, isReady } from '../kubelet/pod.ts';
import type { Pod } from '../kubelet/pod.ts';
import { equalJson } from '../store/json.ts';
import type { Controller, ControllerParts } from './controller.ts';
import { namespaceAndName } from './controller.ts';
import { createPod } from './create-pod.ts';
import { deletionOrder, untilAvailable } from './pod-availability.ts';
import { asReplicaSet, desiredReplicas, ownedBy, unversioned } from './workload.ts';
import type { ReplicaSet, ReplicaSetStatus } from './workload.ts';

/** Keeps as many pods as a ReplicaSet says. */
export const replicaSetController = {
  resource: replicaSets,
  owned: [pods],
  reconcile(key, parts) {
    const object = parts.store.get(replicaSets, namespaceAndName(key));
    if (object === undefined) return undefined;
    const set = asReplicaSet(object);
    if (set.metadata.deletionTimestamp === undefined) matchCount(set, activePods(set, parts), parts);
    return publish(set, object, parts);
  },
} satisfies Controller;

function activePods(set: ReplicaSet, { store }: ControllerParts): readonly Pod[] {
  return podsOf(set.metadata.namespace ?? '', set.metadata.uid, store).filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && !isFinished(pod),
  );
}

export function podsOf(
  namespace: string,
  ownerUid: string | undefined,
  store: ControllerParts['store'],
): readonly Pod[] {
  return store
    .list(pods, { namespace })
    .filter((object) => ownedBy(object, ownerUid))
    .map(asPod);
}

function matchCount(set: ReplicaSet, active: readonly Pod[], parts: ControllerParts): void {
  const missing = desiredReplicas(set) - active.length;
  for (let count = 0; count < missing; count += 1) createPod(set, set.spec.template, parts);
  for (const pod of deletionOrder(active).slice(0, Math.max(0, -missing))) {
    parts.store.delete(pods, refOf(pod));
    parts.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }
}

/** Writes the status; returns the milliseconds until time alone makes a pod available. */
function publish(set: ReplicaSet, object: AnyKubeObject, parts: ControllerParts): number | undefined {
  const active = activePods(set, parts);
  const waits = active.map((pod) => untilAvailable(pod, set.spec.minReadySeconds ?? 0, parts.clock.now()));
  const status = {
    replicas: active.length,
    fullyLabeledReplicas: active.length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: waits.filter((wait) => wait === 0).length,
    observedGeneration: set.metadata.generation ?? 0,
  } satisfies ReplicaSetStatus;
  if (!equalJson(set.status, { ...set.status, ...status })) {
    const metadata = unversioned(object.metadata);
    parts.store.update(
      replicaSets,
      { ...object, metadata, status: { ...set.status, ...status } },
      { subresource: 'status' },
    );
  }
  const pending = waits.filter((wait) => wait !== undefined && wait > 0);
  return pending.length === 0 ? undefined : Math.min(...pending.map(Number));
}
