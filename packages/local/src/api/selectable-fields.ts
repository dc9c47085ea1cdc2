import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject } from '../store/json.ts';
import type { ServedKind } from '../store/served-kind.ts';

const byKind: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'status.phase',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicasets: ['status.replicas'],
  jobs: ['status.successful'],
};

/** Reader of a field that selectors of this kind may name; undefined for other fields. Absent values read as ''. */
export function fieldValue(kind: ServedKind, field: string): ((object: AnyKubeObject) => string) | undefined {
  const always = field === 'metadata.name' || (field === 'metadata.namespace' && kind.resource.namespaced);
  const known = kind.custom === undefined && byKind[kind.resource.plural]?.includes(field) === true;
  if (!always && !known) return undefined;
  const path = field === 'source' ? ['source', 'component'] : field.split('.');
  return (object) => {
    let value: unknown = object;
    for (const step of path) value = isObject(value) ? value[step] : undefined;
    return value === undefined || value === null ? '' : `${value as string | number | boolean}`;
  };
}
