import type { AnyKubeObject, KubeObject } from '@sluice/kube/objects/kube-object.ts';
import { pods, replicaSets } from '@sluice/kube/objects/resources.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { LocalStore } from '@sluice/local/contracts.ts';
import type { PodModel } from './tree-model.ts';

/** Pods of the target and of its primary, the primary's first; those that are going are left out. */
export function podsOf(
  store: Pick<LocalStore, 'get' | 'list'>,
  namespace: string,
  names: { readonly target: string; readonly primary: string },
): readonly PodModel[] {
  const found = store.list(pods, { namespace }).flatMap((pod): readonly PodModel[] => {
    if (pod.metadata.deletionTimestamp !== undefined) return [];
    const owners = workloadsOf(store, pod);
    const side = owners.has(names.primary) ? 'primary' : owners.has(names.target) ? 'canary' : undefined;
    return side === undefined ? [] : [podModel(pod, side)];
  });
  return found.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

const orderOf = ({ side, name }: PodModel): string => `${side === 'primary' ? 0 : 1} ${name}`;

/** Names of the workloads that made a pod: its owner, and the Deployment above a ReplicaSet. */
function workloadsOf(store: Pick<LocalStore, 'get'>, { metadata }: KubeObject): ReadonlySet<string> {
  const { namespace = '', ownerReferences = [] } = metadata;
  return new Set(
    ownerReferences.flatMap(({ kind, name }) =>
      kind === 'ReplicaSet'
        ? (store.get(replicaSets, { namespace, name })?.metadata.ownerReferences ?? []).map(
            (owner) => owner.name,
          )
        : [name],
    ),
  );
}

function podModel(pod: AnyKubeObject, side: PodModel['side']): PodModel {
  const status = asRecord(pod['status']);
  const isReady = asList(status['conditions'])
    .map(asRecord)
    .some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
  const createdAt = Date.parse(pod.metadata.creationTimestamp ?? '');
  return {
    name: pod.metadata.name,
    side,
    isReady,
    reason: isReady ? '' : reasonOf(status),
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
  };
}

function reasonOf(status: Readonly<Record<string, unknown>>): string {
  const [reason] = asList(status['containerStatuses']).flatMap((container) => {
    const waiting = asRecord(asRecord(asRecord(container)['state'])['waiting']);
    const text = asText(waiting['reason']) ?? '';
    return text === '' ? [] : [text];
  });
  return reason ?? (status['phase'] === 'Pending' ? 'Pending' : 'not ready');
}
