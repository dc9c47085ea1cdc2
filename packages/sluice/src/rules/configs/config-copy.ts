import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject, OwnerReference } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asTextMap } from '@sluice/lib/json/json-read.ts';
import { diffPatch, withoutAbsent } from '@sluice/lib/json/merge.ts';
import { keyOf } from '../objects/names.ts';
import { adoptAnnotation, configTrackingAnnotation, passesPrefixes } from '../objects/object-keys.ts';
import { ownerReferenceTo } from '../objects/ownership.ts';

export interface ConfigCopyOptions {
  readonly canary: Canary;
  /** `-include-label-prefix`, split; `*` means all. */
  readonly includeLabelPrefixes: readonly string[];
  /** The whole object that has the copy's name now. */
  readonly existing: AnyKubeObject | undefined;
}

export type ConfigCopyPlan =
  | { readonly action: 'keep' }
  | { readonly action: 'create'; readonly object: AnyKubeObject }
  /** A merge patch of the existing copy, to be sent with its resourceVersion. */
  | { readonly action: 'patch'; readonly patch: Readonly<Record<string, unknown>> }
  /** The API server refuses the change: delete the existing copy by its uid, then create `object`. */
  | { readonly action: 'replace'; readonly object: AnyKubeObject }
  /** Somebody else's object has the name; nothing may be written. The message is for people. */
  | { readonly action: 'conflict'; readonly message: string };

export const primaryConfigName = (name: string): string => `${name}-primary`;
/** Name of the object that keeps a copy's content from before the last promotion. */
export const previousConfigName = (copy: string): string => `${copy}-previous`;

/**
 * The ConfigMap or Secret that the primary reads instead of `source`. Never immutable, even if the source is: the
 * next promotion must be able to change it.
 */
export function renderConfigCopy(source: AnyKubeObject, options: ConfigCopyOptions): AnyKubeObject {
  const { namespace } = source.metadata;
  const labels = Object.entries(asTextMap(source.metadata.labels));
  return {
    apiVersion: 'v1',
    kind: source.kind,
    metadata: {
      name: primaryConfigName(source.metadata.name),
      ...(namespace === undefined ? {} : { namespace }),
      labels: Object.fromEntries(labels.filter(([key]) => passesPrefixes(key, options.includeLabelPrefixes))),
      ownerReferences: ownersOfCopy(options.canary, options.existing),
    },
    ...contentOf(source),
  };
}

/** The write that makes the copy match `renderConfigCopy`. */
export function planConfigCopy(source: AnyKubeObject, options: ConfigCopyOptions): ConfigCopyPlan {
  const { existing } = options;
  const object = renderConfigCopy(source, options);
  if (existing === undefined) return { action: 'create', object };
  // guard: only-own-copies-are-overwritten
  if (!isCopy(options.canary, existing)) {
    return { action: 'conflict', message: describeConflict(source, existing) };
  }
  const content = diffPatch(contentOf(existing), contentOf(object));
  const frozen =
    // guard: immutable-copies-are-made-anew
    existing['immutable'] === true || content?.['type'] !== undefined;
  if (content !== undefined && frozen) return { action: 'replace', object };
  const metadata = diffPatch(metadataOf(existing), metadataOf(object));
  if (content === undefined && metadata === undefined) return { action: 'keep' };
  return { action: 'patch', patch: { ...content, ...(metadata && { metadata }) } };
}

/** Whether an object was made for a Canary, or its owner handed it over. */
export function isCopy(canary: Canary, { metadata }: AnyKubeObject): boolean {
  return (
    (metadata.ownerReferences ?? []).some((owner) => isAnyCanary(owner, canary)) ||
    metadata.annotations?.[adoptAnnotation] === 'true'
  );
}

const contentFields = ['type', 'data', 'binaryData'];

/** The content of a ConfigMap or Secret, without its metadata. */
export function contentOf(object: AnyKubeObject): Readonly<Record<string, unknown>> {
  return asRecord(withoutAbsent(Object.fromEntries(contentFields.map((field) => [field, object[field]]))));
}

/** Labels and owners of a copy. Other metadata, such as annotations of other programs, is left alone. */
function metadataOf({ metadata }: AnyKubeObject): Readonly<Record<string, unknown>> {
  return { labels: asTextMap(metadata.labels), ownerReferences: metadata.ownerReferences ?? [] };
}

/**
 * Canaries that read the same ConfigMap share its copy, which is deleted with the last of them. The controller among
 * the existing owners stays the same, or they would take the copy from one another for ever.
 */
function ownersOfCopy(canary: Canary, existing: AnyKubeObject | undefined): readonly OwnerReference[] {
  const owners = existing?.metadata.ownerReferences ?? [];
  const own = ownerReferenceTo(canary);
  if (owners.some((owner) => owner.uid === own.uid)) return owners;
  const others = owners.filter((owner) => !isSameOwner(owner, own));
  return [...others.map((owner) => ({ ...owner, controller: false })), own];
}

/** Compares by name: a Canary that was deleted and created again has another uid, and no object has the old one. */
function isSameOwner(owner: OwnerReference, own: OwnerReference): boolean {
  return owner.kind === own.kind && owner.name === own.name && groupOf(owner) === groupOf(own);
}

function isAnyCanary(owner: OwnerReference, canary: Canary): boolean {
  return owner.kind === canary.kind && groupOf(owner) === groupOf(canary);
}

const groupOf = ({ apiVersion }: { readonly apiVersion: string }): string => apiVersion.split('/')[0] ?? '';

function describeConflict(source: AnyKubeObject, existing: AnyKubeObject): string {
  return (
    `${existing.kind} ${keyOf(existing)} is not a copy made for a Canary, so it is not overwritten with ` +
    `${source.metadata.name}: rename or delete it, or annotate ${source.metadata.name} with ` +
    `${configTrackingAnnotation}: disabled`
  );
}
