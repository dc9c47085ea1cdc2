import type { ResourceType } from '../../../api/kube-object.ts';
import { fillDefaults } from '../schema/fill-defaults.ts';
import { gatewaySchemas } from '../schema/gateway-schemas.ts';
import { isObject, type JsonObject } from '../json.ts';
import { ensure, fill } from './fill.ts';
import { fillPodSpec } from './pod-defaults.ts';
import { fillService } from './service-defaults.ts';
import * as workload from './workload-defaults.ts';

export interface DefaultsContext {
  readonly previous: JsonObject | undefined;
  readonly allocateClusterIp: (() => string) | undefined;
}

type Fill = (object: JsonObject, context: DefaultsContext) => void;

const byKind: Readonly<Record<string, Fill>> = {
  'namespaces.': fillNamespace,
  'pods.': (object) => fillPodSpec(ensure(object, 'spec')),
  'secrets.': fillSecret,
  'services.': (object, context) => fillService(object, context.previous, context.allocateClusterIp),
  'daemonsets.apps': workload.fillDaemonSet,
  'deployments.apps': workload.fillDeployment,
  'replicasets.apps': workload.fillReplicaSet,
  'statefulsets.apps': workload.fillStatefulSet,
  'jobs.batch': workload.fillJob,
  'horizontalpodautoscalers.autoscaling': workload.fillAutoscaler,
  'customresourcedefinitions.apiextensions.k8s.io': fillDefinition,
};

/** The defaults of a built-in kind, in place. */
export function fillObjectDefaults(
  resource: ResourceType,
  object: JsonObject,
  context: DefaultsContext,
): void {
  byKind[`${resource.plural}.${resource.group}`]?.(object, context);
  const schema = gatewaySchemas[resource.plural];
  if (resource.group === 'gateway.networking.k8s.io' && schema !== undefined) fillDefaults(object, schema);
}

/** `stringData` is for writing only: it lands in `data`. */
function fillSecret(object: JsonObject): void {
  fill(object, { type: 'Opaque' });
  const plain = object['stringData'];
  if (!isObject(plain)) return;
  const data = ensure(object, 'data');
  for (const [key, value] of Object.entries(plain)) data[key] = Buffer.from(String(value)).toString('base64');
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
