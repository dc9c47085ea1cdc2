import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject, OwnerReference } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asTextMap } from '@sluice/lib/json/json-read.ts';
import type { Labels, SideSelectors } from '../../ports/workload.ts';
import {
  canaryAnnotation,
  lastAppliedAnnotation,
  originalAnnotation,
  toolkitAnnotations,
} from './object-keys.ts';
import { isMadeFor, ownersOf } from './ownership.ts';
import { readOriginal } from './original.ts';

/**
 * The apex service as it is left behind: it selects the target and has no owner. A service that existed before the Canary
 * gets its original back; if that selected a primary already, the selector of its `last-applied` annotation.
 * For `patchTo` (`@sluice/lib/json/merge.ts`).
 */
export function releasedService(
  canary: Canary,
  service: AnyKubeObject,
  { canary: target, primary }: SideSelectors,
): Record<string, unknown> {
  const original = readOriginal(service);
  const stood = asTextMap(original?.spec['selector']);
  const isUsable = Object.keys(stood).length > 0 && !includes(primary, stood);
  const wanted = isMadeFor(canary, service)
    ? target
    : isUsable
      ? stood
      : (lastAppliedSelector(service) ?? target);
  const present = Object.keys(asTextMap(asRecord(service['spec'])['selector']));
  const gone = present.filter((key) => !Object.hasOwn(wanted, key)).map((key) => [key, undefined] as const);
  const ports = original?.spec['ports'];
  return {
    metadata: releasedMetadata(canary, service),
    spec: {
      selector: { ...Object.fromEntries(gone), ...wanted },
      ...(ports === undefined ? {} : { ports }),
    },
  };
}

/** Whether a selector picks pods of these labels. */
export const includes = (labels: Labels, selector: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Metadata of an object that is left behind: without its Canary as owner or in a mark, and without our annotations. */
export function releasedMetadata(canary: Canary, object: AnyKubeObject): Record<string, unknown> {
  const stood = readOriginal(object)?.annotations ?? {};
  const marks = [...Object.keys(toolkitAnnotations), originalAnnotation, canaryAnnotation];
  return {
    ownerReferences: ownersWithout(canary, object),
    annotations: Object.fromEntries(marks.map((key) => [key, stood[key]])),
  };
}

export function ownersWithout(canary: Canary, object: AnyKubeObject): readonly OwnerReference[] {
  const uid = canary.metadata.uid;
  const kept = ownersOf(canary, object) ?? object.metadata.ownerReferences ?? [];
  return kept.filter((owner) => owner.uid !== uid);
}

function lastAppliedSelector(service: AnyKubeObject): Labels | undefined {
  const text = service.metadata.annotations?.[lastAppliedAnnotation];
  if (text === undefined) return undefined;
  try {
    const selector = asTextMap(asRecord(asRecord(JSON.parse(text))['spec'])['selector']);
    return Object.keys(selector).length === 0 ? undefined : selector;
  } catch {
    return undefined;
  }
}
