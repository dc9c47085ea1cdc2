import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject, OwnerReference } from '../api/kube-object.ts';
import { asRecord, asTextMap } from '../lib/json-read.ts';
import type { SelectorLabel } from '../ports/workload.ts';
import { lastAppliedAnnotation, toolkitAnnotations } from './object-keys.ts';
import { isMadeFor, ownersOf } from './ownership.ts';

/**
 * The apex service as it is left behind: it selects the target, and belongs to nobody. One that was there before the
 * Canary gets back the selector that `kubectl apply` wrote down. For `patchTo` (lib/merge.ts).
 */
export function releasedService(
  canary: Canary,
  service: AnyKubeObject,
  label: SelectorLabel,
): Record<string, unknown> {
  const own = { [label.key]: label.canaryValue };
  const wanted = isMadeFor(canary, service) ? own : (lastAppliedSelector(service) ?? own);
  const present = Object.keys(asTextMap(asRecord(service['spec'])['selector']));
  const gone = present.filter((key) => !Object.hasOwn(wanted, key)).map((key) => [key, undefined] as const);
  return {
    metadata: releasedMetadata(canary, service),
    spec: { selector: { ...Object.fromEntries(gone), ...wanted } },
  };
}

/** Without its Canary as owner, so that it is not collected, and without our word to Flux to leave it alone. */
export function releasedMetadata(canary: Canary, object: AnyKubeObject): Record<string, unknown> {
  const marks = Object.keys(toolkitAnnotations).map((key) => [key, undefined] as const);
  return {
    ownerReferences: ownersWithout(canary, object),
    annotations: Object.fromEntries(marks),
  };
}

export function ownersWithout(canary: Canary, object: AnyKubeObject): readonly OwnerReference[] {
  const uid = canary.metadata.uid;
  const kept = ownersOf(canary, object) ?? object.metadata.ownerReferences ?? [];
  return kept.filter((owner) => owner.uid !== uid);
}

function lastAppliedSelector(service: AnyKubeObject): Readonly<Record<string, string>> | undefined {
  const text = service.metadata.annotations?.[lastAppliedAnnotation];
  if (text === undefined) return undefined;
  try {
    const selector = asTextMap(asRecord(asRecord(JSON.parse(text))['spec'])['selector']);
    return Object.keys(selector).length === 0 ? undefined : selector;
  } catch {
    return undefined;
  }
}
