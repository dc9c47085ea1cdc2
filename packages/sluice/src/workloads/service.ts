import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { services } from '@sluice/kube/objects/resources.ts';
import { exactly } from '@sluice/lib/json/exactly.ts';
import { asRecord, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { diffPatch, patchTo, sameJson } from '@sluice/lib/json/merge.ts';
import type { ReadObject, RouteObject } from '../ports/router.ts';
import type { PrimaryContext, ServicesContext, Workload } from '../ports/workload.ts';
import { namesOf } from '../rules/objects/names.ts';
import { previousAnnotation, revisionAnnotation } from '../rules/objects/object-keys.ts';
import { ownerReferenceTo, ownersOf } from '../rules/objects/ownership.ts';
import { primaryRevision } from '../rules/run/revision.ts';
import { copiedServiceSpec } from './copied-service-spec.ts';
import { primaryAnnotations, primaryLabels } from './primary-metadata.ts';

/**
 * A core Service as target. Its spec is rolled out: usually its selector, or its external name. Its copies lead to the
 * two sides; it has no pods to stop or count.
 */
export const service: Workload = {
  kind: 'Service',
  resource: services,
  sizing: 'none',
  revisionInput: copiedServiceSpec,
  selectors: () => undefined,
  podLabels: () => ({}),
  isPrimary: (primary) => primaryRevision(primary) !== undefined,
  ownServices,
  discoverPorts: () => [],
  namesPort: () => true,
  images: () => [],
  configReferences: () => [],
  replicas: () => 0,
  readiness: () => ({ ready: true, stuck: false, message: 'a Service has no pods of its own' }),
  buildPrimary,
  promotionPatch,
  runsSame: (target, primary, { canary }) => sameJson(copiedServiceSpec(primary), wantedSpec(target, canary)),
  scalePatch: () => ({}),
  snapshot,
  restorePatch,
};

/** The canary's copy. It follows the target at once: the routes decide how much traffic it takes. */
function ownServices(
  target: AnyKubeObject,
  context: ServicesContext,
  read: ReadObject,
): readonly RouteObject[] {
  const { canary } = context;
  const name = namesOf(canary).canaryService;
  const existing = read(services, { ...namespaceOf(target), name });
  const ownerReferences = ownersOf(canary, existing);
  const { [revisionAnnotation]: _primarys, ...annotations } = primaryAnnotations(target, '');
  const object = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...namespaceOf(target),
      name,
      labels: primaryLabels(target, context),
      annotations,
      ...(ownerReferences && { ownerReferences }),
    },
    spec: exactly(existing && copiedServiceSpec(existing), wantedSpec(target, canary)),
  };
  return [{ resource: services, object }];
}

function buildPrimary(target: AnyKubeObject, context: PrimaryContext): AnyKubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...namespaceOf(target),
      name: namesOf(context.canary).primary,
      labels: primaryLabels(target, context),
      annotations: primaryAnnotations(target, context.revision),
      ownerReferences: [ownerReferenceTo(context.canary)],
    },
    spec: wantedSpec(target, context.canary),
  };
}

function promotionPatch(
  target: AnyKubeObject,
  primary: AnyKubeObject,
  context: PrimaryContext,
): Record<string, unknown> {
  const labels = diffPatch(asTextMap(primary.metadata.labels), primaryLabels(target, context));
  const present = asTextMap(primary.metadata.annotations);
  const annotations = patchTo(present, primaryAnnotations(target, context.revision));
  const metadata = { ...(labels && { labels }), ...(annotations && { annotations }) };
  const spec = diffPatch(copiedServiceSpec(primary), wantedSpec(target, context.canary));
  return { ...(Object.keys(metadata).length > 0 && { metadata }), ...(spec && { spec }) };
}

function snapshot(primary: AnyKubeObject): JsonRecord {
  const { [previousAnnotation]: _older, ...annotations } = asTextMap(primary.metadata.annotations);
  return {
    metadata: { labels: asTextMap(primary.metadata.labels), annotations },
    spec: copiedServiceSpec(primary),
  };
}

function restorePatch(primary: AnyKubeObject, kept: JsonRecord): Record<string, unknown> {
  const patch = diffPatch(snapshot(primary), kept) ?? {};
  if (!Object.hasOwn(asTextMap(primary.metadata.annotations), previousAnnotation)) return patch;
  const metadata = asRecord(patch['metadata']);
  const annotations = { ...asRecord(metadata['annotations']), [previousAnnotation]: null };
  return { ...patch, metadata: { ...metadata, annotations } };
}

function wantedSpec(target: AnyKubeObject, canary: Canary): JsonRecord {
  const { trafficDistribution } = canary.spec.service ?? {};
  return { ...copiedServiceSpec(target), ...(trafficDistribution ? { trafficDistribution } : {}) };
}

const namespaceOf = ({ metadata: { namespace } }: AnyKubeObject): { readonly namespace?: string } =>
  namespace === undefined ? {} : { namespace };
