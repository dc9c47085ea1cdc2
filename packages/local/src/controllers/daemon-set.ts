import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { daemonSets, pods } from '@sluice/kube/objects/resources.ts';
import { equalJson } from '../store/json.ts';
import { fitsNode } from '../kubelet/bind-pod.ts';
import { nodeName, nodes } from '../kubelet/node-object.ts';
import { isFinished, isReady } from '../kubelet/pod.ts';
import type { Pod } from '../kubelet/pod.ts';
import { keyOf, namespaceAndName } from './controller.ts';
import type { Controller, ControllerParts } from './controller.ts';
import { createPod } from './create-pod.ts';
import { untilAvailable } from './pod-availability.ts';
import { podsOf } from './replica-set.ts';
import { shortHash } from './short-hash.ts';
import { asDaemonSet, unversioned } from './workload.ts';
import type { DaemonSet } from './workload.ts';

const hashLabel = 'controller-revision-hash';

/** Keeps one pod of each DaemonSet whose node selector fits the one node; the old pod ends before a new one starts. */
export const daemonSetController = {
  resource: daemonSets,
  owned: [pods],
  related: [
    { resource: nodes, keys: (_event, { store }) => store.list(daemonSets).map((it) => keyOf(it.metadata)) },
  ],
  reconcile(key, parts) {
    const object = parts.store.get(daemonSets, namespaceAndName(key));
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return undefined;
    const set = asDaemonSet(object);
    const hash = shortHash(set.spec.template);
    matchPods(set, hash, parts);
    return publish(set, object, hash, parts);
  },
} satisfies Controller;

function isWanted(set: DaemonSet, { store }: ControllerParts): boolean {
  return fitsNode(set.spec.template.spec.nodeSelector, store.get(nodes, { name: nodeName })?.metadata.labels);
}

function matchPods(set: DaemonSet, hash: string, parts: ControllerParts): void {
  const { store, record } = parts;
  const present = podsOf(set.metadata.namespace ?? '', set.metadata.uid, store);
  const onDelete = set.spec.updateStrategy?.type === 'OnDelete';
  const keep = (pod: Pod): boolean =>
    isWanted(set, parts) && !isFinished(pod) && (onDelete || pod.metadata.labels?.[hashLabel] === hash);
  const surplus = [...present.filter((pod) => !keep(pod)), ...present.filter(keep).slice(1)];
  for (const pod of surplus.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
    store.delete(pods, refOf(pod));
    record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }
  // A terminating pod still occupies the node.
  if (!isWanted(set, parts) || podsOf(set.metadata.namespace ?? '', set.metadata.uid, store).length > 0)
    return;
  const { template } = set.spec;
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  createPod(set, { ...template, metadata: { ...template.metadata, labels } }, parts);
}

function publish(
  set: DaemonSet,
  object: AnyKubeObject,
  hash: string,
  parts: ControllerParts,
): number | undefined {
  const { store, clock } = parts;
  const desired = isWanted(set, parts) ? 1 : 0;
  const present = podsOf(set.metadata.namespace ?? '', set.metadata.uid, store).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  const waits = present.map((pod) => untilAvailable(pod, set.spec.minReadySeconds ?? 0, clock.now()));
  const available = waits.filter((wait) => wait === 0).length;
  const status = {
    currentNumberScheduled: Math.min(desired, present.length),
    desiredNumberScheduled: desired,
    numberMisscheduled: 0,
    numberReady: present.filter(isReady).length,
    updatedNumberScheduled: present.filter(({ metadata }) => metadata.labels?.[hashLabel] === hash).length,
    numberAvailable: available,
    numberUnavailable: Math.max(0, desired - available),
    observedGeneration: set.metadata.generation ?? 0,
  };
  if (!equalJson(set.status, { ...set.status, ...status })) {
    const metadata = unversioned(object.metadata);
    store.update(
      daemonSets,
      { ...object, metadata, status: { ...set.status, ...status } },
      { subresource: 'status' },
    );
  }
  return waits.find((wait) => wait !== undefined && wait > 0);
}
