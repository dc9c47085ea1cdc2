import type { AnyKubeObject } from '../api/kube-object.ts';
import { deployments } from '../api/resources.ts';
import { asList, asNumber, asRecord, asText, asTextMap } from '../lib/json-read.ts';
import type { JsonRecord } from '../lib/json-read.ts';
import { diffPatch, patchTo, sameJson, withoutAbsent } from '../lib/merge.ts';
import { SluiceError } from '../lib/sluice-error.ts';
import type { PrimaryContext, SelectorLabel, Workload } from '../ports/workload.ts';
import { findConfigReferences } from '../rules/config-references.ts';
import { keyOf } from '../rules/names.ts';
import {
  flaggerIdAnnotation,
  isToolkitKey,
  lastAppliedAnnotation,
  passesPrefixes,
  revisionAnnotation,
} from '../rules/object-keys.ts';
import { ownerReferenceTo } from '../rules/ownership.ts';
import { primaryRevision } from '../rules/revision.ts';
import { discoverContainerPorts } from './container-ports.ts';
import { deploymentReadiness } from './deployment-readiness.ts';
import { primaryTemplate, withoutOtherCopies } from './primary-rename.ts';

export const deployment: Workload = {
  kind: 'Deployment',
  resource: deployments,
  revisionInput: (target) => templateOf(target),
  selector,
  discoverPorts: (target, canary) => discoverContainerPorts(asRecord(templateOf(target)['spec']), canary),
  images,
  configReferences: (target) => findConfigReferences(templateOf(target)['spec']),
  replicas: (workload) => asNumber(asRecord(workload['spec'])['replicas']) ?? 1,
  readiness: deploymentReadiness,
  buildPrimary,
  promotionPatch,
  runsSame,
  scalePatch: (_workload, replicas) => ({ spec: { replicas } }),
};

function selector(target: AnyKubeObject, selectorLabels: readonly string[]): SelectorLabel {
  const matchLabels = asTextMap(asRecord(asRecord(target['spec'])['selector'])['matchLabels']);
  const key = selectorLabels.find((label) => Object.hasOwn(matchLabels, label));
  const value = key === undefined ? undefined : matchLabels[key];
  if (key === undefined || value === undefined) {
    throw new SluiceError(
      `Deployment ${keyOf(target)}: spec.selector.matchLabels has none of the labels ` +
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

function buildPrimary(target: AnyKubeObject, context: PrimaryContext): AnyKubeObject {
  const label = selector(target, context.selectorLabels);
  const replicas = deployment.replicas(target);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: `${target.metadata.name}-primary`,
      ...(target.metadata.namespace === undefined ? {} : { namespace: target.metadata.namespace }),
      labels: primaryLabels(target, label, context),
      annotations: primaryAnnotations(target, context),
      ownerReferences: [ownerReferenceTo(context.canary)],
    },
    spec: {
      ...asRecord(withoutAbsent(rolloutFields(target))),
      replicas: replicas > 0 ? replicas : 1,
      selector: { matchLabels: { [label.key]: label.primaryValue } },
      template: expectedTemplate(target, undefined, context),
    },
  };
}

function promotionPatch(
  target: AnyKubeObject,
  primary: AnyKubeObject,
  context: PrimaryContext,
): Record<string, unknown> {
  const label = selector(target, context.selectorLabels);
  const wanted = rolloutFields(target);
  const replicas = promotedReplicas(target, primary, context);
  const template = diffPatch(templateOf(primary), expectedTemplate(target, primary, context));
  const fields = diffPatch(rolloutFields(primary), wanted);
  const labels = diffPatch(asTextMap(primary.metadata.labels), primaryLabels(target, label, context));
  const annotations = patchTo(asTextMap(primary.metadata.annotations), primaryAnnotations(target, context));
  const metadata = { ...(labels && { labels }), ...(annotations && { annotations }) };
  const spec = { ...fields, ...replicas, ...(template && { template }) };
  return { ...whenAny('metadata', metadata), ...whenAny('spec', spec) };
}

function runsSame(target: AnyKubeObject, primary: AnyKubeObject, context: PrimaryContext): boolean {
  const running = templateOf(primary);
  if (primaryRevision(primary) !== undefined) {
    return sameJson(comparable(running), comparable(expectedTemplate(target, primary, context)));
  }
  // Flagger notes no content in a pod template, and its copies need not be those of the map.
  const { configRevision: _unknown, ...names } = context;
  const current = withoutOtherCopies(running, templateOf(target), names);
  return sameJson(comparable(current), comparable(expectedTemplate(target, primary, names)));
}

/** With an autoscaler the size is its business. A stopped target never stops the primary. */
function promotedReplicas(
  target: AnyKubeObject,
  primary: AnyKubeObject,
  context: PrimaryContext,
): { readonly replicas?: number } {
  const replicas = deployment.replicas(target);
  if (context.canary.spec.autoscalerRef !== undefined || replicas === 0) return {};
  return replicas === deployment.replicas(primary) ? {} : { replicas };
}

function expectedTemplate(
  target: AnyKubeObject,
  primary: AnyKubeObject | undefined,
  context: PrimaryContext,
): Record<string, unknown> {
  const label = selector(target, context.selectorLabels);
  const template = primaryTemplate(
    { name: target.metadata.name, template: templateOf(target) },
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

function primaryLabels(
  target: AnyKubeObject,
  label: SelectorLabel,
  context: PrimaryContext,
): Record<string, string> {
  const labels = Object.entries(asTextMap(target.metadata.labels));
  const passing = labels.filter(([key]) => passesPrefixes(key, context.includeLabelPrefixes));
  return { ...Object.fromEntries(passing), [label.key]: label.primaryValue };
}

/** What kubectl, Flux and the Deployment controller note about the target is not true of the primary. */
function primaryAnnotations(target: AnyKubeObject, context: PrimaryContext): Record<string, string> {
  const annotations = Object.entries(asTextMap(target.metadata.annotations));
  const passing = annotations.filter(
    ([key]) =>
      !isToolkitKey(key) &&
      key !== lastAppliedAnnotation &&
      !key.startsWith('deployment.kubernetes.io/') &&
      !key.startsWith('sluice.dev/'),
  );
  return { ...Object.fromEntries(passing), [revisionAnnotation]: context.revision };
}

const rolloutFieldNames = ['progressDeadlineSeconds', 'minReadySeconds', 'revisionHistoryLimit', 'strategy'];

function rolloutFields(workload: AnyKubeObject): JsonRecord {
  const spec = asRecord(workload['spec']);
  return Object.fromEntries(rolloutFieldNames.flatMap((name) => (name in spec ? [[name, spec[name]]] : [])));
}

function templateOf(workload: AnyKubeObject): JsonRecord {
  return asRecord(asRecord(workload['spec'])['template']);
}

function whenAny(key: string, value: JsonRecord): Record<string, unknown> {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}
