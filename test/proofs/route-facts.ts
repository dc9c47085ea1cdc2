import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';

const rulesOf = (route: AnyKubeObject) => asList(asRecord(route['spec'])['rules']).map(asRecord);
const backendsOf = (rule: Readonly<Record<string, unknown>>) => asList(rule['backendRefs']).map(asRecord);
const weightOf = (backend: Readonly<Record<string, unknown>>): number => Number(backend['weight'] ?? 1);

/**
 * Of each rule that shares requests out; a backend that stands alone gets all of them. Those whom the primary's cookie
 * names are drawn again for what the weight grew by alone: there the weights are a proportion of fewer requests.
 */
export const weightSums = (route: AnyKubeObject): readonly number[] =>
  rulesOf(route)
    .filter((rule) => !JSON.stringify(rule['matches'] ?? []).includes('home='))
    .map(backendsOf)
    .filter(({ length }) => length !== 1)
    .map((backends) => backends.reduce((sum, backend) => sum + weightOf(backend), 0));

/** Services that get requests by it, each once. */
export const leadsTo = (route: AnyKubeObject): readonly string[] => [
  ...new Set(
    rulesOf(route)
      .flatMap(backendsOf)
      .filter((backend) => weightOf(backend) > 0)
      .map((backend) => String(backend['name']))
      .toSorted(),
  ),
];

/** Services that get copies of requests by it. */
export const mirrorsTo = (route: AnyKubeObject): readonly string[] =>
  rulesOf(route)
    .flatMap((rule) => asList(rule['filters']).map(asRecord))
    .filter((filter) => filter['type'] === 'RequestMirror')
    .map((filter) => String(asRecord(asRecord(filter['requestMirror'])['backendRef'])['name']));
