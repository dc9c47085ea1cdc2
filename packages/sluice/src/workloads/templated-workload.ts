import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf } from '@sluice/kube/objects/resources.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import { asList, asRecord, asText, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { diffPatch, patchTo, sameJson, withoutAbsent } from '@sluice/lib/json/merge.ts';
import type { Labels, PrimaryContext, Workload } from '../ports/workload.ts';
import { findConfigReferences } from '../rules/configs/config-references.ts';
import { flaggerIdAnnotation, previousAnnotation } from '../rules/objects/object-keys.ts';
import { ownerReferenceTo } from '../rules/objects/ownership.ts';
import { primaryRevision } from '../rules/run/revision.ts';
import { discoverContainerPorts, hasContainerPort } from './container-ports.ts';
import { primaryAnnotations, primaryLabels } from './primary-metadata.ts';
import { primaryTemplate, renameByLabel, renameByName, withoutOtherCopies } from './primary-rename.ts';
import type { RenameRules } from './primary-rename.ts';
import { sideLabel, sideSelectors } from './side-selectors.ts';

/** The differences between kinds that make pods from `spec.template`. */
export interface TemplatedKind extends Pick<
  Workload,
  'resource' | 'sizing' | 'replicas' | 'readiness' | 'scalePatch'
> {
  /** `spec.template`, without the label that stops the workload. */
  template(workload: AnyKubeObject): JsonRecord;
  /** How pods are replaced: the fields of the spec beside template, selector and size. */
  readonly rolloutFields: readonly string[];
  /** Throws `SluiceError` when no primary can be made of the target as it is. */
  refuse?(target: AnyKubeObject): void;
  /** Fields of the spec that size a new primary, and those that size a promoted one. */
  firstSize(target: AnyKubeObject): JsonRecord;
  promotedSize(target: AnyKubeObject, primary: AnyKubeObject, canary: Canary): JsonRecord;
}

/** Creates a workload. Deployment and DaemonSet differ only in size, readiness and how they replace pods. */
export function createTemplatedWorkload(kind: TemplatedKind): Workload {
  return {
    kind: kind.resource.kind,
    resource: kind.resource,
    sizing: kind.sizing,
    revisionInput: (target) => kind.template(target),
    selectors: sideSelectors,
    podLabels,
    isPrimary: (workload) => primaryRevision(workload) !== undefined || flaggerIdOf(workload) !== undefined,
    ownServices: () => [],
    discoverPorts: (workload, service) =>
      discoverContainerPorts(asRecord(templateOf(workload)['spec']), service),
    namesPort: (workload, name) => hasContainerPort(asRecord(templateOf(workload)['spec']), name),
    images,
    configReferences: byObject((target) => findConfigReferences(templateOf(target)['spec'])),
    replicas: (workload) => kind.replicas(workload),
    readiness: (workload, readyPercent) => kind.readiness(workload, readyPercent),
    buildPrimary: (target, context) => buildPrimary(kind, target, context),
    promotionPatch: (target, primary, context) => promotionPatch(kind, target, primary, context),
    runsSame: (target, primary, context) => runsSame(kind, target, primary, context),
    scalePatch: (workload, replicas) => kind.scalePatch(workload, replicas),
    snapshot: (primary) => snapshot(kind, primary),
    restorePatch: (primary, kept) => restorePatch(kind, primary, kept),
  };
}

export function templateOf(workload: AnyKubeObject): JsonRecord {
  return asRecord(asRecord(workload['spec'])['template']);
}

function rolloutFields(kind: TemplatedKind, workload: AnyKubeObject): JsonRecord {
  const spec = asRecord(workload['spec']);
  const present = kind.rolloutFields.filter((name) => name in spec);
  return Object.fromEntries(present.map((name) => [name, spec[name]]));
}

function podLabels(workload: AnyKubeObject): Labels {
  return asTextMap(asRecord(templateOf(workload)['metadata'])['labels']);
}

function images(workload: AnyKubeObject): readonly string[] {
  return asList(asRecord(templateOf(workload)['spec'])['containers']).map((item) => {
    const container = asRecord(item);
    return `${asText(container['name']) ?? ''}=${asText(container['image']) ?? ''}`;
  });
}

function buildPrimary(kind: TemplatedKind, target: AnyKubeObject, context: PrimaryContext): AnyKubeObject {
  kind.refuse?.(target);
  const { key, primary: selector } = sideSelectors(target, undefined, context.selectorLabels);
  return {
    apiVersion: apiVersionOf(kind.resource),
    kind: kind.resource.kind,
    metadata: {
      name: `${target.metadata.name}-primary`,
      ...(target.metadata.namespace === undefined ? {} : { namespace: target.metadata.namespace }),
      labels: { ...primaryLabels(target, context), ...only(selector, key) },
      annotations: primaryAnnotations(target, context.revision),
      ownerReferences: [ownerReferenceTo(context.canary)],
    },
    spec: {
      ...asRecord(withoutAbsent(rolloutFields(kind, target))),
      ...kind.firstSize(target),
      selector: { matchLabels: selector },
      template: expectedTemplate(kind, target, undefined, context),
    },
  };
}

const only = (labels: Labels, key: string): Labels =>
  Object.hasOwn(labels, key) ? { [key]: labels[key] ?? '' } : {};

function promotionPatch(
  kind: TemplatedKind,
  target: AnyKubeObject,
  primary: AnyKubeObject,
  context: PrimaryContext,
): Record<string, unknown> {
  kind.refuse?.(target);
  const { key, primary: selector } = sideSelectors(target, primary, context.selectorLabels);
  const size = kind.promotedSize(target, primary, context.canary);
  const template = diffPatch(templateOf(primary), expectedTemplate(kind, target, primary, context));
  const fields = diffPatch(rolloutFields(kind, primary), rolloutFields(kind, target));
  const wantedLabels = { ...primaryLabels(target, context), ...only(selector, key) };
  const labels = diffPatch(asTextMap(primary.metadata.labels), wantedLabels);
  const annotations = patchTo(
    asTextMap(primary.metadata.annotations),
    primaryAnnotations(target, context.revision),
  );
  const metadata = { ...(labels && { labels }), ...(annotations && { annotations }) };
  const spec = { ...fields, ...size, ...(template && { template }) };
  return { ...whenAny('metadata', metadata), ...whenAny('spec', spec) };
}

/** The fields of a primary that a promotion changes, except its size. */
function snapshot(kind: TemplatedKind, primary: AnyKubeObject): JsonRecord {
  const { [previousAnnotation]: _older, ...annotations } = asTextMap(primary.metadata.annotations);
  return {
    metadata: { labels: asTextMap(primary.metadata.labels), annotations },
    spec: { ...rolloutFields(kind, primary), template: templateOf(primary) },
  };
}

function restorePatch(
  kind: TemplatedKind,
  primary: AnyKubeObject,
  kept: JsonRecord,
): Record<string, unknown> {
  const patch = diffPatch(snapshot(kind, primary), kept) ?? {};
  const metadata = asRecord(patch['metadata']);
  const isMarked = Object.hasOwn(asTextMap(primary.metadata.annotations), previousAnnotation);
  if (!isMarked) return patch;
  const annotations = { ...asRecord(metadata['annotations']), [previousAnnotation]: null };
  return { ...patch, metadata: { ...metadata, annotations } };
}

function runsSame(
  kind: TemplatedKind,
  target: AnyKubeObject,
  primary: AnyKubeObject,
  context: PrimaryContext,
): boolean {
  const running = kind.template(primary);
  if (primaryRevision(primary) !== undefined) {
    return sameJson(comparable(running), comparable(expectedTemplate(kind, target, primary, context)));
  }
  // Flagger records no content in a pod template, and its copies need not be those of `configNames`.
  const { configRevision: _unknown, ...names } = context;
  const current = comparable(withoutOtherCopies(running, templateOf(target), names));
  const flaggers = renameByName(target.metadata.name, context.selectorLabels);
  return [undefined, flaggers].some((rename) =>
    sameJson(current, comparable(expectedTemplate(kind, target, primary, names, rename))),
  );
}

function expectedTemplate(
  kind: TemplatedKind,
  target: AnyKubeObject,
  primary: AnyKubeObject | undefined,
  context: PrimaryContext,
  rename?: RenameRules,
): Record<string, unknown> {
  const { primary: selector } = sideSelectors(target, primary, context.selectorLabels);
  const rules = rename ?? renameByLabel(sideLabel(target, primary, context.selectorLabels));
  const template = primaryTemplate(kind.template(target), selector, rules, context);
  const kept = primary === undefined ? undefined : flaggerIdOf(primary);
  if (kept === undefined) return template;
  const metadata = asRecord(template['metadata']);
  const annotations = { ...asTextMap(metadata['annotations']), [flaggerIdAnnotation]: kept };
  return { ...template, metadata: { ...metadata, annotations } };
}

/** The id that Flagger gave this primary: without it, taking over from Flagger would roll every pod. */
function flaggerIdOf(primary: AnyKubeObject): string | undefined {
  return asTextMap(asRecord(templateOf(primary)['metadata'])['annotations'])[flaggerIdAnnotation];
}

/** Fills in empty maps, so that they make no difference: servers leave them out, Flagger writes them. */
function comparable(template: JsonRecord): JsonRecord {
  const metadata = asRecord(template['metadata']);
  const maps = { labels: asTextMap(metadata['labels']), annotations: asTextMap(metadata['annotations']) };
  return { ...template, metadata: maps };
}

function whenAny(key: string, value: JsonRecord): Record<string, unknown> {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
