import type { ResourceType } from '../objects/kube-object.ts';
import type { KubeClient } from '../ports/kube.ts';

/** A client of two clusters: requests for `kinds` go to `other`, all others to `main`. */
export function splitByKind(main: KubeClient, other: KubeClient, kinds: readonly ResourceType[]): KubeClient {
  const others = new Set(kinds);
  const of = (resource: ResourceType): KubeClient => (others.has(resource) ? other : main);
  return {
    get: (resource, ref, signal) => of(resource).get(resource, ref, signal),
    list: (resource, options, signal) => of(resource).list(resource, options, signal),
    watch: (resource, options, signal) => of(resource).watch(resource, options, signal),
    create: (resource, object, signal) => of(resource).create(resource, object, signal),
    mergePatch: (resource, ref, patch, options, signal) =>
      of(resource).mergePatch(resource, ref, patch, options, signal),
    apply: (resource, object, options, signal) => of(resource).apply(resource, object, options, signal),
    delete: (resource, ref, options, signal) => of(resource).delete(resource, ref, options, signal),
  };
}
