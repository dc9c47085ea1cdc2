import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asNumber, asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { ReadObject, RouteObservation, Weights } from '../../ports/router.ts';
import { namesOf } from '../../rules/objects/names.ts';
import type { CanaryNames } from '../../rules/objects/names.ts';
import { gatewayWord } from './gateway-word.ts';

/** Reads an HTTPRoute: its weights, its mirror, and whether its gateways follow it. */
export function observeRoute(canary: Canary, route: AnyKubeObject, read: ReadObject): RouteObservation {
  const names = namesOf(canary);
  const rules = asList(asRecord(route['spec'])['rules']).map(asRecord);
  return {
    weights: readWeights(rules, names),
    mirrored: rules.some((rule) => mirrorsTo(rule, names.canaryService, canary.metadata.namespace)),
    gateway: gatewayWord(canary, route, read),
  };
}

/**
 * The weights of the last rule that has both backends: earlier rules keep callers by cookie, or pick them. Without
 * such a rule, the weights are those of the last rule.
 */
function readWeights(rules: readonly JsonRecord[], names: CanaryNames): Weights {
  const weighted = rules.findLast(
    (rule) => weightOf(rule, names.canaryService) !== undefined && hasBackend(rule, names.primaryService),
  );
  const rule = weighted ?? rules.at(-1) ?? {};
  const canary = weightOf(rule, names.canaryService) ?? 0;
  const primary = weightOf(rule, names.primaryService) ?? 0;
  const total = canary + primary;
  if (total === 0) return { primary: 100, canary: 0 };
  const share = Math.round((canary * 100) / total);
  return { primary: 100 - share, canary: share };
}

function hasBackend(rule: JsonRecord, name: string): boolean {
  return weightOf(rule, name) !== undefined;
}

/** The API's default weight is 1. */
function weightOf(rule: JsonRecord, name: string): number | undefined {
  const backend = asList(rule['backendRefs'])
    .map(asRecord)
    .find((item) => item['name'] === name);
  return backend === undefined ? undefined : (asNumber(backend['weight']) ?? 1);
}

/** A mirror of `service.mirror` may have the canary's name in another namespace: that one is not ours. */
function mirrorsTo(rule: JsonRecord, name: string, namespace: string | undefined): boolean {
  return asList(rule['filters']).some((item) => {
    const filter = asRecord(item);
    const backend = asRecord(asRecord(filter['requestMirror'])['backendRef']);
    const isHere = (backend['namespace'] ?? namespace) === namespace;
    return filter['type'] === 'RequestMirror' && backend['name'] === name && isHere;
  });
}
