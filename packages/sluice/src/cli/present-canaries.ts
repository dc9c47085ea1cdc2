import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { CanaryLabels } from '../platform/metrics-registry.ts';
import type { CanaryRef } from '../platform/own-setters.ts';
import { keyOf } from '../rules/objects/names.ts';

/** Which Canaries there are, and which targets they name: several may name one. */
export interface PresentCanaries {
  /** Returns the target that no Canary names any more. */
  put(canary: AnyKubeObject): CanaryLabels | undefined;
  /** The same. */
  remove(canary: AnyKubeObject): CanaryLabels | undefined;
  has(canary: CanaryRef): boolean;
  hasTarget(target: CanaryLabels): boolean;
}

export function createPresentCanaries(): PresentCanaries {
  const targets = new Map<string, CanaryLabels>();
  const counts = new Map<string, number>();
  const count = (target: CanaryLabels, step: 1 | -1): void => {
    const next = (counts.get(textOf(target)) ?? 0) + step;
    if (next === 0) counts.delete(textOf(target));
    else counts.set(textOf(target), next);
  };
  const leave = (key: string): CanaryLabels | undefined => {
    const target = targets.get(key);
    if (target === undefined) return undefined;
    targets.delete(key);
    count(target, -1);
    return counts.has(textOf(target)) ? undefined : target;
  };
  return {
    put(canary) {
      const key = keyOf(canary);
      const target = targetOf(canary);
      const before = targets.get(key);
      if (before?.name === target.name) return undefined;
      const left = leave(key);
      targets.set(key, target);
      count(target, 1);
      return left;
    },
    remove: (canary) => leave(keyOf(canary)),
    has: ({ namespace, canary }) => targets.has(`${namespace}/${canary}`),
    hasTarget: (target) => counts.has(textOf(target)),
  };
}

/** Flagger's labels of a canary's series. */
export const targetOf = (canary: AnyKubeObject): CanaryLabels => ({
  name: asText(asRecord(asRecord(canary['spec'])['targetRef'])['name']) ?? '',
  namespace: canary.metadata.namespace ?? '',
});

const textOf = ({ namespace, name }: CanaryLabels): string => `${namespace}/${name}`;
