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
  /** What stands under the copy's name now, whole. */
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
/** Where what a copy held before the last promotion is kept. */
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

/** What to do so that the copy is as `renderConfigCopy` says. */
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

/** Whether it was made for a Canary, or its owner handed it over. */
export function isCopy(canary: Canary, { metadata }: AnyKubeObject): boolean {
  return (
    (metadata.ownerReferences ?? []).some((owner) => isAnyCanary(owner, canary)) ||
    metadata.annotations?.[adoptAnnotation] === 'true'
  );
}

const contentFields = ['type', 'data', 'binaryData'];

/** What a ConfigMap or Secret holds, its metadata aside. */
export function contentOf(object: AnyKubeObject): Readonly<Record<string, unknown>> {
  return asRecord(withoutAbsent(Object.fromEntries(contentFields.map((field) => [field, object[field]]))));
}

/** What else stands in a copy's metadata, annotations of others for instance, is left alone. */
function metadataOf({ metadata }: AnyKubeObject): Readonly<Record<string, unknown>> {
  return { labels: asTextMap(metadata.labels), ownerReferences: metadata.ownerReferences ?? [] };
}

/**
 * Canaries that read the same ConfigMap share its copy, and it goes with the last of them. Who of them is the
 * controller stays as it is, or they would take it from one another for ever.
 */
function ownersOfCopy(canary: Canary, existing: AnyKubeObject | undefined): readonly OwnerReference[] {
  const owners = existing?.metadata.ownerReferences ?? [];
  const own = ownerReferenceTo(canary);
  if (owners.some((owner) => owner.uid === own.uid)) return owners;
  const others = owners.filter((owner) => !isSameOwner(owner, own));
  return [...others.map((owner) => ({ ...owner, controller: false })), own];
}

/** By name, too: a Canary that was deleted and created again has another uid, and the old one is nobody's. */
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
