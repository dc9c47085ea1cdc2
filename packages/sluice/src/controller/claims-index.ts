import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
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
  const others = (key: string, claims: readonly string[]): readonly string[] =>
    index.interestedIn(claims).filter((other) => other !== key);
  const countUp = ({ metadata: { namespace = '' } }: AnyKubeObject, by: 1 | -1): void => {
    const count = (counts.get(namespace) ?? 0) + by;
    if (count === 0) counts.delete(namespace);
    else counts.set(namespace, count);
  };

  return {
    put(canary) {
      const key = keyOf(canary);
      const before = index.topicsOf(key);
      const claims = namespaced(canary);
      const isSame = canaries.get(key)?.metadata.uid === canary.metadata.uid && sameJson(before, claims);
      if (!canaries.has(key)) countUp(canary, 1);
      canaries.set(key, canary);
      if (isSame) return [];
      index.put(key, claims);
      return others(key, [...before, ...claims]);
    },
    remove(canary) {
      const key = keyOf(canary);
      const before = index.topicsOf(key);
      if (canaries.delete(key)) countUp(canary, -1);
      index.remove(key);
      return others(key, before);
    },
    count: (namespace) => counts.get(namespace) ?? 0,
    rivalOf(canary) {
      const rivals = others(keyOf(canary), namespaced(canary)).flatMap((key) => canaries.get(key) ?? []);
      return rivals.length === 0 ? undefined : rivalOf(canary, rivals);
    },
  };
}

const namespaced = byObject((canary: AnyKubeObject): readonly string[] =>
  claimsOf(canary).map((claim) => `${canary.metadata.namespace ?? ''}/${claim}`),
);
