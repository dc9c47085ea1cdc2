import type { AnyKubeObject, ResourceType } from '../api/kube-object.ts';
import { scalerKinds } from '../api/references.ts';
import { canaries, endpointSlices, metricTemplates } from '../api/resources.ts';
import { asList, asRecord, asText } from '../lib/json-read.ts';

/**
 * Which canaries a changed object concerns. Everything a canary reads is named after its target or its apex
 * service, so names decide; a change of nothing that a canary reads wakes no pass.
 */
export function whoReads(
  resource: ResourceType,
  object: AnyKubeObject,
  known: readonly AnyKubeObject[],
): readonly AnyKubeObject[] {
  if (resource.plural === canaries.plural && resource.group === canaries.group) return [object];
  const { name, namespace } = object.metadata;
  if (isScaler(resource))
    return known.filter(
      (canary) => canary.metadata.namespace === namespace && scalesFor(canary, resource, object),
    );
  if (resource.plural === metricTemplates.plural)
    return known.filter((canary) => refersTo(canary, namespace, name));
  const subject =
    resource.plural === endpointSlices.plural
      ? (object.metadata.labels?.['kubernetes.io/service-name'] ?? '')
      : name;
  return known.filter((canary) => canary.metadata.namespace === namespace && namesUsed(canary).has(subject));
}

/** Of an autoscaler only the spec is read: what it writes of its metrics, each few seconds, is no news. */
export const isScaler = (resource: ResourceType): boolean =>
  scalerKinds.some((kind) => kind === resource.kind);

/** The scaler that the canary names, that of its primary, and what was one when the canary named another. */
function scalesFor(canary: AnyKubeObject, { kind }: ResourceType, { metadata }: AnyKubeObject): boolean {
  const owns = (metadata.ownerReferences ?? []).some((owner) => owner.uid === canary.metadata.uid);
  const ref = asRecord(asRecord(canary['spec'])['autoscalerRef']);
  const named = asText(ref['name']) ?? '';
  return owns || (ref['kind'] === kind && (metadata.name === named || metadata.name === `${named}-primary`));
}

function namesUsed(canary: AnyKubeObject): ReadonlySet<string> {
  const spec = asRecord(canary['spec']);
  const target = asText(asRecord(spec['targetRef'])['name']) ?? '';
  const apex = asText(asRecord(spec['service'])['name']) || target;
  return new Set([target, `${target}-primary`, apex, `${apex}-primary`, `${apex}-canary`]);
}

function refersTo(canary: AnyKubeObject, namespace: string | undefined, name: string): boolean {
  return asList(asRecord(asRecord(canary['spec'])['analysis'])['metrics']).some((metric) => {
    const ref = asRecord(asRecord(metric)['templateRef']);
    return ref['name'] === name && (asText(ref['namespace']) ?? canary.metadata.namespace) === namespace;
  });
}
