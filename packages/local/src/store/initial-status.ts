import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { establishedStatus } from './established-status.ts';
import { objectAt } from './json.ts';
import type { ServedKind } from './served-kind.ts';

/** Replaces the status of a new object, where the kind has that subresource. Nodes register with theirs. */
export function initialStatus(kind: ServedKind, object: AnyKubeObject, now: number): AnyKubeObject {
  if (!kind.status || kind.resource.plural === 'nodes') return object;
  const { status: _callers, ...rest } = object;
  const bare: AnyKubeObject = {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: object.metadata,
  };
  const status = statusOf(kind, object, now);
  return status === undefined ? bare : { ...bare, status };
}

function statusOf(kind: ServedKind, object: AnyKubeObject, now: number): unknown {
  if (kind.custom !== undefined) return undefined;
  switch (kind.resource.plural) {
    case 'namespaces':
      return { phase: 'Active' };
    case 'pods':
      return { phase: 'Pending', qosClass: 'BestEffort' };
    case 'persistentvolumeclaims':
      return { phase: 'Pending' };
    case 'services':
      return { loadBalancer: {} };
    case 'customresourcedefinitions':
      return establishedStatus(object, now);
    default:
      // `rollout status` and similar commands read `status` of a new workload before any controller wrote one.
      return objectAt(object, 'spec')['template'] === undefined ? undefined : {};
  }
}
