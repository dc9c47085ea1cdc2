import type { ObjectMeta, OwnerReference } from '@sluice/kube/objects/kube-object.ts';
import type { ServedKind } from '../served-kind.ts';
import type { StatusCause } from '../status-error.ts';
import { bad, barred, faultsOf, required, tooBig } from './cause.ts';
import { dnsLabel, dnsSubdomain, labelValue, pathSegment, qualifiedName, type NameRule } from './names.ts';

/** Bytes of all annotations of an object, keys included. */
const mostAnnotations = 256 * 1024;

/** The name of a new object, by the rule of its kind. */
export function nameCauses(kind: ServedKind, name: string): StatusCause[] {
  const field = 'metadata.name';
  if (name === '') return [required(field, 'name or generateName is required')];
  const causes = faultsOf(field, name, nameRule(kind));
  // A Job adds 11 characters to its CronJob's name.
  if (kind.resource.kind === 'CronJob' && name.length > 52)
    causes.push(bad(field, name, 'must be no more than 52 characters'));
  return causes;
}

const labelled: ReadonlySet<string> = new Set(['namespaces.', 'services.', 'statefulsets.apps']);

function nameRule({ resource: { group, plural }, custom }: ServedKind): NameRule {
  if (custom !== undefined) return dnsSubdomain;
  if (group === 'rbac.authorization.k8s.io') return pathSegment;
  return labelled.has(`${plural}.${group}`) ? dnsLabel : dnsSubdomain;
}

/** Labels, annotations, finalizers and owners of a written object. Those of `before` were checked when it was written. */
export function metadataCauses(kind: ServedKind, metadata: ObjectMeta, before?: ObjectMeta): StatusCause[] {
  const { labels, annotations, finalizers = [], ownerReferences = [] } = metadata;
  return [
    ...(labels === before?.labels ? [] : labelCauses('metadata.labels', labels)),
    ...(annotations === before?.annotations ? [] : annotationCauses('metadata.annotations', annotations)),
    ...(finalizers === before?.finalizers ? [] : finalizerCauses(kind, finalizers, before)),
    ...(ownerReferences === before?.ownerReferences ? [] : ownerCauses(ownerReferences)),
  ];
}

type TextMap = Readonly<Record<string, unknown>> | null | undefined;

export const labelCauses = (field: string, labels: TextMap): StatusCause[] =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...faultsOf(field, key, qualifiedName),
    ...faultsOf(field, String(value), labelValue),
  ]);

export function annotationCauses(field: string, annotations: TextMap): StatusCause[] {
  const entries = Object.entries(annotations ?? {});
  // As a label's key, in any case.
  const causes = entries.flatMap(([key]) =>
    qualifiedName(key.toLowerCase()).map((why) => bad(field, key, why)),
  );
  const size = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry.map(String).join('')), 0);
  return size > mostAnnotations ? [...causes, tooBig(field, mostAnnotations)] : causes;
}

const standard: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function finalizerCauses(
  kind: ServedKind,
  finalizers: readonly string[],
  before: ObjectMeta | undefined,
): StatusCause[] {
  const field = 'metadata.finalizers';
  const causes = finalizers.flatMap((finalizer, index) => {
    const faults = faultsOf(field, finalizer, qualifiedName);
    const bare = kind.custom === undefined && !finalizer.includes('/') && !standard.has(finalizer);
    const why = 'name is neither a standard finalizer name nor is it fully qualified';
    return bare ? [...faults, bad(`${field}[${index}]`, finalizer, why)] : faults;
  });
  const added = finalizers.filter((finalizer) => !before?.finalizers?.includes(finalizer));
  if (before?.deletionTimestamp === undefined || added.length === 0) return causes;
  const listed = `[]string{${added.map((it) => JSON.stringify(it)).join(', ')}}`;
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${listed}`;
  return [...causes, barred(field, why)];
}

function ownerCauses(owners: readonly OwnerReference[]): StatusCause[] {
  const field = 'metadata.ownerReferences';
  const causes = owners.flatMap((owner) => {
    const missing = (['kind', 'name', 'uid'] as const)
      .filter((key) => !owner[key])
      .map((key) => bad(`${field}.${key}`, '', 'must not be empty'));
    const version = owner.apiVersion ? [] : [bad(`${field}.apiVersion`, '', 'version must not be empty')];
    return [...version, ...missing];
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  const [first, second] = controllers;
  if (first === undefined || second === undefined) return causes;
  const why = `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
  return [...causes, bad(field, owners, why)];
}
