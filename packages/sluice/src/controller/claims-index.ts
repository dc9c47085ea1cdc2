import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { sameJson } from '@sluice/lib/json/merge.ts';
import type { Claims } from '../rollout/deps.ts';
import { keyOf } from '../rules/objects/names.ts';
import { claimsOf, rivalOf } from '../rules/objects/claims.ts';
import { createTopicIndex } from './topic-index.ts';

/** All Canaries by the objects they claim. */
export interface ClaimsIndex extends Claims {
  /** Returns the other Canaries that claim an object that this one claims or claimed before. */
  put(canary: AnyKubeObject): readonly string[];
  remove(canary: AnyKubeObject): readonly string[];
  count(namespace: string): number;
}

export function createClaimsIndex(): ClaimsIndex {
  const canaries = new Map<string, AnyKubeObject>();
  const counts = new Map<string, number>();
  const index = createTopicIndex();
  /** The claims of a Canary that the index holds stand in it already. */
  const claimsNow = (canary: AnyKubeObject): readonly string[] => {
    const key = keyOf(canary);
    return canaries.get(key) === canary ? index.topicsOf(key) : namespaced(canary);
  };
  const others = (key: string, claims: readonly string[]): readonly string[] =>
    index.interestedIn(claims).filter((other) => other !== key);

  return {
    put(canary) {
      const key = keyOf(canary);
      const before = index.topicsOf(key);
      const claims = namespaced(canary);
      const isSame = canaries.get(key)?.metadata.uid === canary.metadata.uid && sameJson(before, claims);
      if (!canaries.has(key)) countBy(1, counts, canary);
      canaries.set(key, canary);
      if (isSame) return [];
      index.put(key, claims);
      return others(key, [...before, ...claims]);
    },
    remove(canary) {
      const key = keyOf(canary);
      const before = index.topicsOf(key);
      if (canaries.delete(key)) countBy(-1, counts, canary);
      index.remove(key);
      return others(key, before);
    },
    count: (namespace) => counts.get(namespace) ?? 0,
    rivalOf(canary) {
      const rivals = others(keyOf(canary), claimsNow(canary)).flatMap((key) => canaries.get(key) ?? []);
      return rivals.length === 0 ? undefined : rivalOf(canary, rivals);
    },
  };
}

function countBy(
  step: 1 | -1,
  counts: Map<string, number>,
  { metadata: { namespace = '' } }: AnyKubeObject,
): void {
  const count = (counts.get(namespace) ?? 0) + step;
  if (count === 0) counts.delete(namespace);
  else counts.set(namespace, count);
}

const namespaced = (canary: AnyKubeObject): readonly string[] =>
  claimsOf(canary).map((claim) => `${canary.metadata.namespace ?? ''}/${claim}`);
