import type { AnyKubeObject, ObjectMeta } from '@sluice/kube/objects/kube-object.ts';
import { equalJson } from './json.ts';
import type { Identities } from './identities.ts';
import type { ServedKind } from './served-kind.ts';
import { metadataCauses, nameCauses } from './rules/metadata-rules.ts';
import { invalid } from './status-error.ts';

/** The metadata of a new object: fields that the server sets, and the rest from the caller. Throws 422. */
export function newMetadata(
  kind: ServedKind,
  object: AnyKubeObject,
  { now, identities }: { readonly now: number; readonly identities: Identities },
): ObjectMeta {
  const { metadata } = object;
  const name = metadata.name || generatedName(metadata.generateName, identities);
  const wanted = { ...callersPart(metadata), name };
  refuseMetadata(kind, wanted);
  return {
    ...wanted,
    ...(kind.resource.namespaced && metadata.namespace ? { namespace: metadata.namespace } : {}),
    uid: identities.uid(),
    creationTimestamp: timestamp(now),
    ...(kind.generation ? { generation: 1 } : {}),
  };
}

/** The metadata of an update: fields that the server keeps, and the rest from the caller. */
export function updatedMetadata(kind: ServedKind, next: AnyKubeObject, existing: AnyKubeObject): ObjectMeta {
  const {
    generateName: _generateName,
    labels: _labels,
    annotations: _annotations,
    ownerReferences: _owners,
    finalizers: _finalizers,
    generation,
    ...kept
  } = existing.metadata;
  return {
    ...callersPart(next.metadata),
    ...kept,
    ...(kind.generation ? { generation: (generation ?? 1) + (sameSpec(next, existing) ? 0 : 1) } : {}),
  };
}

/** RFC 3339 in whole seconds, as Kubernetes writes its times. */
export const timestamp = (now: number): string => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

function callersPart({
  generateName,
  labels,
  annotations,
  ownerReferences,
  finalizers,
}: ObjectMeta): Partial<ObjectMeta> {
  return {
    ...(generateName === undefined || generateName === '' ? {} : { generateName }),
    ...(isEmpty(labels) ? {} : { labels }),
    ...(isEmpty(annotations) ? {} : { annotations }),
    ...(isEmpty(ownerReferences) ? {} : { ownerReferences }),
    ...(isEmpty(finalizers) ? {} : { finalizers }),
  };
}

const isEmpty = (value: object | undefined | null): value is undefined | null =>
  value === undefined || value === null || Object.keys(value).length === 0;

const aside: ReadonlySet<string> = new Set(['metadata', 'status', 'apiVersion']);

/** Everything but metadata and status counts as the spec (a ReplicaSet has one, an EndpointSlice has not). */
function sameSpec(next: AnyKubeObject, existing: AnyKubeObject): boolean {
  const members = (object: AnyKubeObject): readonly string[] =>
    Object.keys(object).filter((key) => !aside.has(key) && object[key] !== undefined);
  const keys = members(next);
  return keys.length === members(existing).length && keys.every((key) => equalJson(next[key], existing[key]));
}

const generatedName = (prefix: string | undefined, identities: Identities): string =>
  prefix ? `${prefix.slice(0, 58)}${identities.suffix()}` : '';

/** Throws 422 for labels, annotations, finalizers and owners that Kubernetes refuses. */
export function refuseMetadata(kind: ServedKind, metadata: ObjectMeta, before?: ObjectMeta): void {
  const causes = [
    ...(before === undefined ? nameCauses(kind, metadata.name) : []),
    ...metadataCauses(kind, metadata, before),
  ];
  // guard: names-are-checked
  if (causes.length > 0) throw invalid(kind.resource, metadata.name, causes);
}
