import type { AnyKubeObject, ObjectMeta } from '@sluice/kube/objects/kube-object.ts';
import { equalJson } from './json.ts';
import type { Identities } from './identities.ts';
import type { ServedKind } from './served-kind.ts';
import { invalid, type StatusCause } from './status-error.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Names of roles and bindings may be any path segment; of Services and Namespaces a DNS label. */
const pathSegment = /^(?!\.{1,2}$)[^/%]+$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** The metadata of a new object: fields that the server sets, and the rest from the caller. */
export function newMetadata(
  kind: ServedKind,
  object: AnyKubeObject,
  { now, identities }: { readonly now: number; readonly identities: Identities },
): ObjectMeta {
  const { metadata } = object;
  const name = metadata.name || generatedName(metadata.generateName, identities);
  checkName(kind, name);
  return {
    ...callersPart(metadata),
    name,
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

function checkName(kind: ServedKind, name: string): void {
  const field = 'metadata.name';
  const refuse = (reason: StatusCause['reason'], message: string): never => {
    throw invalid(kind.resource, name, [{ reason, message, field }]);
  };
  if (name === '') refuse('FieldValueRequired', 'Required value: name or generateName is required');
  const { group, plural } = kind.resource;
  if (group === 'rbac.authorization.k8s.io') {
    if (!pathSegment.test(name))
      refuse(
        'FieldValueInvalid',
        `Invalid value: ${JSON.stringify(name)}: may not be '.', '..' or contain '/' or '%'`,
      );
    return;
  }
  const short = group === '' && (plural === 'namespaces' || plural === 'services');
  if (short && (!label.test(name) || name.length > 63)) {
    refuse(
      'FieldValueInvalid',
      `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character, and be at most 63 characters`,
    );
  }
  if (!subdomain.test(name) || name.length > 253) {
    refuse(
      'FieldValueInvalid',
      `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
    );
  }
}
