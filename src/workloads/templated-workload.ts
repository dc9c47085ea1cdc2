import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject } from '../api/kube-object.ts';
import { apiVersionOf } from '../api/resources.ts';
import { byObject } from '../lib/by-object.ts';
import { asList, asRecord, asText, asTextMap } from '../lib/json-read.ts';
import type { JsonRecord } from '../lib/json-read.ts';
import { diffPatch, patchTo, sameJson, withoutAbsent } from '../lib/merge.ts';
import { SluiceError } from '../lib/sluice-error.ts';
import type { PrimaryContext, SelectorLabel, Workload } from '../ports/workload.ts';
import { findConfigReferences } from '../rules/config-references.ts';
import { keyOf } from '../rules/names.ts';
import { flaggerIdAnnotation } from '../rules/object-keys.ts';
import { ownerReferenceTo } from '../rules/ownership.ts';
import { primaryRevision } from '../rules/revision.ts';
import { discoverContainerPorts } from './container-ports.ts';
import { primaryAnnotations, primaryLabels } from './primary-metadata.ts';
import { primaryTemplate, withoutOtherCopies } from './primary-rename.ts';

/** What is special about a kind that makes pods from `spec.template`. */
export interface TemplatedKind extends Pick<
  Workload,
  'resource' | 'sizing' | 'replicas' | 'readiness' | 'scalePatch'
> {
  /** `spec.template`, without what stops the workload. */
  template(workload: AnyKubeObject): JsonRecord;
  /** How pods are replaced: the fields of the spec beside template, selector and size. */
  readonly rolloutFields: readonly string[];
  /** Throws a sentence when no primary can be made of the target as it is. */
  refuse?(target: AnyKubeObject): void;
  /** Fields of the spec that give a new primary its size; those that a promotion gives it. */
  firstSize(target: AnyKubeObject): JsonRecord;
  promotedSize(target: AnyKubeObject, primary: AnyKubeObject, canary: Canary): JsonRecord;
}

/** Deployment and DaemonSet differ in size, readiness and how they replace pods; all else is one. */
export function createTemplatedWorkload(kind: TemplatedKind): Workload {
  const select = (target: AnyKubeObject, labels: readonly string[]): SelectorLabel =>
    selector(kind.resource.kind, target, labels);
  return {
    kind: kind.resource.kind,
    resource: kind.resource,
    sizing: kind.sizing,
    revisionInput: (target) => kind.template(target),
    selector: select,
    ownServices: () => [],
    discoverPorts: (target, canary) => discoverContainerPorts(asRecord(templateOf(target)['spec']), canary),
    images,
    configReferences: byObject((target) => findConfigReferences(templateOf(target)['spec'])),
    replicas: (workload) => kind.replicas(workload),
    readiness: (workload, readyPercent) => kind.readiness(workload, readyPercent),
    buildPrimary: (target, context) => buildPrimary(kind, target, context),
    promotionPatch: (target, primary, context) => promotionPatch(kind, target, primary, context),
    runsSame: (target, primary, context) => runsSame(kind, target, primary, context),
    scalePatch: (workload, replicas) => kind.scalePatch(workload, replicas),
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

function selector(kind: string, target: AnyKubeObject, selectorLabels: readonly string[]): SelectorLabel {
  const matchLabels = asTextMap(asRecord(asRecord(target['spec'])['selector'])['matchLabels']);
  const key = selectorLabels.find((label) => Object.hasOwn(matchLabels, label));
  const value = key === undefined ? undefined : matchLabels[key];
  if (key === undefined || value === undefined) {
    throw new SluiceError(
      `${kind} ${keyOf(target)}: spec.selector.matchLabels has none of the labels ` +
        `${selectorLabels.join(', ')}; use one of them, or name yours with -selector-labels`,
    );
  }
  return { key, canaryValue: value, primaryValue: `${value}-primary` };
}

function images(workload: AnyKubeObject): readonly string[] {
  return asList(asRecord(templateOf(workload)['spec'])['containers']).map((item) => {
    const container = asRecord(item);
    return `${asText(container['name']) ?? ''}=${asText(container['image']) ?? ''}`;
  });
}

function buildPrimary(kind: TemplatedKind, target: AnyKubeObject, context: PrimaryContext): AnyKubeObject {
  kind.refuse?.(target);
  const label = selector(kind.resource.kind, target, context.selectorLabels);
  return {
    apiVersion: apiVersionOf(kind.resource),
    kind: kind.resource.kind,
    metadata: {
      name: `${target.metadata.name}-primary`,
      ...(target.metadata.namespace === undefined ? {} : { namespace: target.metadata.namespace }),
      labels: { ...primaryLabels(target, context), [label.key]: label.primaryValue },
      annotations: primaryAnnotations(target, context.revision),
      ownerReferences: [ownerReferenceTo(context.canary)],
    },
    spec: {
      ...asRecord(withoutAbsent(rolloutFields(kind, target))),
      ...kind.firstSize(target),
      selector: { matchLabels: { [label.key]: label.primaryValue } },
      template: expectedTemplate(kind, target, undefined, context),
    },
  };
}

function promotionPatch(
  kind: TemplatedKind,
  target: AnyKubeObject,
  primary: AnyKubeObject,
  context: PrimaryContext,
): Record<string, unknown> {
  kind.refuse?.(target);
  const label = selector(kind.resource.kind, target, context.selectorLabels);
  const size = kind.promotedSize(target, primary, context.canary);
  const template = diffPatch(templateOf(primary), expectedTemplate(kind, target, primary, context));
  const fields = diffPatch(rolloutFields(kind, primary), rolloutFields(kind, target));
  const wantedLabels = { ...primaryLabels(target, context), [label.key]: label.primaryValue };
  const labels = diffPatch(asTextMap(primary.metadata.labels), wantedLabels);
  const annotations = patchTo(
    asTextMap(primary.metadata.annotations),
    primaryAnnotations(target, context.revision),
  );
  const metadata = { ...(labels && { labels }), ...(annotations && { annotations }) };
  const spec = { ...fields, ...size, ...(template && { template }) };
  return { ...whenAny('metadata', metadata), ...whenAny('spec', spec) };
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
  // Flagger notes no content in a pod template, and its copies need not be those of the map.
  const { configRevision: _unknown, ...names } = context;
  const current = withoutOtherCopies(running, templateOf(target), names);
  return sameJson(comparable(current), comparable(expectedTemplate(kind, target, primary, names)));
}

function expectedTemplate(
  kind: TemplatedKind,
  target: AnyKubeObject,
  primary: AnyKubeObject | undefined,
  context: PrimaryContext,
): Record<string, unknown> {
  const label = selector(kind.resource.kind, target, context.selectorLabels);
  const template = primaryTemplate(
    { name: target.metadata.name, template: kind.template(target) },
    label,
    context,
  );
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

/** Servers leave out an empty map, Flagger writes one: no difference. */
function comparable(template: JsonRecord): JsonRecord {
  const metadata = asRecord(template['metadata']);
  const maps = { labels: asTextMap(metadata['labels']), annotations: asTextMap(metadata['annotations']) };
  return { ...template, metadata: maps };
}

function whenAny(key: string, value: JsonRecord): Record<string, unknown> {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
