import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { CanaryNames } from '../../rules/objects/names.ts';
import { namesOf } from '../../rules/objects/names.ts';

/** The rules of a route as it stands, with all requests at the primary and none copied to the canary. */
export function retreatedRules(canary: Canary, route: AnyKubeObject): readonly JsonRecord[] {
  const names = namesOf(canary);
  return asList(asRecord(route['spec'])['rules'])
    .map(asRecord)
    .map((rule) => retreated(rule, names));
}

function retreated(rule: JsonRecord, names: CanaryNames): JsonRecord {
  const backends = asList(rule['backendRefs']).map(asRecord);
  const filters = asList(rule['filters']).map(asRecord);
  const kept = filters.filter((filter) => !mirrorsTo(filter, names.canaryService));
  return {
    ...rule,
    ...(filters.length === 0 ? {} : { filters: kept }),
    ...(backends.length === 0 ? {} : { backendRefs: backends.map((backend) => weighted(backend, names)) }),
  };
}

function weighted(backend: JsonRecord, { primaryService, canaryService }: CanaryNames): JsonRecord {
  if (backend['name'] !== primaryService && backend['name'] !== canaryService) return backend;
  const { filters: _cookies, ...rest } = backend;
  return { ...rest, weight: backend['name'] === primaryService ? 100 : 0 };
}

const mirrorsTo = (filter: JsonRecord, service: string): boolean =>
  filter['type'] === 'RequestMirror' &&
  asRecord(asRecord(filter['requestMirror'])['backendRef'])['name'] === service;
