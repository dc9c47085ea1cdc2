import { randomBytes, randomUUID } from 'node:crypto';
import type { AnyKubeObject, ObjectMeta } from '../../api/kube-object.ts';
import { equalJson } from './json.ts';
import type { ServedKind } from './served-kind.ts';
import { invalid, type StatusCause } from './status-error.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Names of roles and bindings may be any path segment; of Services and Namespaces a DNS label. */
const pathSegment = /^(?!\.{1,2}$)[^/%]+$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** The metadata of an object about to be created: what the server decides, and the caller's rest. */
export function newMetadata(kind: ServedKind, object: AnyKubeObject, now: number): ObjectMeta {
  const { metadata } = object;
  const name = metadata.name || generatedName(metadata.generateName);
  checkName(kind, name);
  return {
    ...callersPart(metadata),
    name,
    ...(kind.resource.namespaced && metadata.namespace ? { namespace: metadata.namespace } : {}),
    uid: randomUUID(),
    creationTimestamp: timestamp(now),
    ...(kind.generation ? { generation: 1 } : {}),
  };
}

/** The metadata of an update: what the server keeps, and the caller's rest. */
export function updatedMetadata(kind: ServedKind, next: AnyKubeObject, existing: AnyKubeObject): ObjectMeta {
  const old = existing.metadata;
  const generation = (old.generation ?? 1) + (sameSpec(next, existing) ? 0 : 1);
  return {
    ...callersPart(next.metadata),
    name: old.name,
    ...defined({
      namespace: old.namespace,
      uid: old.uid,
      creationTimestamp: old.creationTimestamp,
      deletionTimestamp: old.deletionTimestamp,
      deletionGracePeriodSeconds: old.deletionGracePeriodSeconds,
      resourceVersion: old.resourceVersion,
    }),
    ...(kind.generation ? { generation } : {}),
  };
}

/** RFC 3339 in whole seconds, as Kubernetes writes its times. */
export const timestamp = (now: number): string => new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');

function callersPart(metadata: ObjectMeta): Partial<ObjectMeta> {
  const { generateName, labels, annotations, ownerReferences, finalizers } = metadata;
  return defined({
    generateName: generateName === '' ? undefined : generateName,
    labels: isEmpty(labels) ? undefined : labels,
    annotations: isEmpty(annotations) ? undefined : annotations,
    ownerReferences: isEmpty(ownerReferences) ? undefined : ownerReferences,
    finalizers: isEmpty(finalizers) ? undefined : finalizers,
  });
}

const isEmpty = (value: object | undefined | null): boolean =>
  value === undefined || value === null || Object.keys(value).length === 0;

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter((entry) => entry[1] !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Everything but metadata and status counts as the spec (a ReplicaSet has one, an EndpointSlice has not). */
function sameSpec(next: AnyKubeObject, existing: AnyKubeObject): boolean {
  const bare = (object: AnyKubeObject) => ({
    ...object,
    metadata: undefined,
    status: undefined,
    apiVersion: '',
  });
  return equalJson(bare(next), bare(existing));
}

function generatedName(prefix: string | undefined): string {
  if (!prefix) return '';
  // The real server's alphabet: no vowels and no look-alikes.
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const suffix = [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return `${prefix.slice(0, 58)}${suffix}`;
}

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
