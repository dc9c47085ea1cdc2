import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { LocalStore } from '../contracts.ts';
import type { RecordEvent } from '../event-recorder.ts';
import { isoSeconds } from './container-life.ts';
import { nodeName, nodes } from './node-object.ts';
import { asPod } from './pod.ts';
import type { Pod } from './pod.ts';

interface BindParts {
  readonly store: LocalStore;
  readonly record: RecordEvent;
  readonly clock: Clock;
}

/** Binds the pod to the one node, or marks it Unschedulable when its nodeSelector does not match. */
export function bindPod(object: AnyKubeObject, { store, record, clock }: BindParts): void {
  const pod = asPod(object);
  if (fitsNode(pod.spec.nodeSelector, store.get(nodes, { name: nodeName })?.metadata.labels)) {
    store.update(pods, { ...object, spec: { ...pod.spec, nodeName } });
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    record(pod, 'Normal', 'Scheduled', `Successfully assigned ${name} to ${nodeName}`);
    return;
  }
  if (isUnschedulable(pod)) return;
  const message = "0/1 nodes are available: 1 node(s) didn't match the pod's nodeSelector.";
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastTransitionTime: isoSeconds(clock.now()),
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const status = { ...pod.status, phase: 'Pending', conditions: [...others, condition] };
  store.update(pods, { ...object, status }, { subresource: 'status' });
  record(pod, 'Warning', 'FailedScheduling', message);
}

export function fitsNode(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> | undefined = {},
): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

const isUnschedulable = (pod: Pod): boolean =>
  (pod.status?.conditions ?? []).some(({ type, status }) => type === 'PodScheduled' && status === 'False');
