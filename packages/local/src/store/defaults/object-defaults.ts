import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { isObject, objectAt, type JsonObject } from '../json.ts';
import { kindKey } from '../kind-registry.ts';
import type { ServiceNumbers } from '../service-numbers.ts';
import { ensure, fill } from './fill.ts';
import { fillPodSpec } from './pod-defaults.ts';
import { fillService } from './service-defaults.ts';
import * as workload from './workload-defaults.ts';

export interface DefaultsContext {
  readonly previous: JsonObject | undefined;
  readonly numbers: ServiceNumbers;
}

/** Fills in defaults in place. Members shared with the stored object have theirs and are not written to. */
type Fill = (object: JsonObject, context: DefaultsContext) => void;

const byKind: Readonly<Record<string, Fill>> = {
  'namespaces.': fillNamespace,
  'pods.': (object) => fillPodSpec(ensure(object, 'spec')),
  'secrets.': fillSecret,
  'services.': (object, context) => fillService(object, context.previous, context.numbers),
  'daemonsets.apps': workload.fillDaemonSet,
  'deployments.apps': workload.fillDeployment,
  'replicasets.apps': workload.fillReplicaSet,
  'statefulsets.apps': workload.fillStatefulSet,
  'jobs.batch': workload.fillJob,
  'horizontalpodautoscalers.autoscaling': workload.fillAutoscaler,
  'customresourcedefinitions.apiextensions.k8s.io': fillDefinition,
};

/** Fills in the defaults of a built-in kind without a schema, in place; undefined: it has none. */
export const defaultsOf = (resource: ResourceType): Fill | undefined => byKind[kindKey(resource)];

/** `stringData` is write-only: it is moved to `data`. */
function fillSecret(object: JsonObject): void {
  fill(object, { type: 'Opaque' });
  const plain = object['stringData'];
  if (!isObject(plain)) return;
  const data = { ...objectAt(object, 'data') };
  for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value)).toString('base64');
  object['data'] = data;
  delete object['stringData'];
}

function fillNamespace(object: JsonObject): void {
  fill(ensure(object, 'spec'), { finalizers: ['kubernetes'] });
  const metadata = ensure(object, 'metadata');
  fill(ensure(metadata, 'labels'), { 'kubernetes.io/metadata.name': metadata['name'] });
}

function fillDefinition(object: JsonObject): void {
  const spec = ensure(object, 'spec');
  fill(spec, { conversion: { strategy: 'None' } });
  const names = ensure(spec, 'names');
  const kind = names['kind'];
  if (typeof kind === 'string') fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
}
