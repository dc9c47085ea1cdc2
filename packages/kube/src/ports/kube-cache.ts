import type { AnyKubeObject, ObjectRef, ResourceType } from '../objects/kube-object.ts';

/**
 * The caches a pass reads from: synchronous, no request. After an own write the cache never returns an older
 * version of that object (`remember`). Objects are shared: never mutate one.
 */
export interface KubeCache {
  get(resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined;
  /** Objects of one namespace whose labels include all of `labels`. */
  list(
    resource: ResourceType,
    namespace: string,
    labels?: Readonly<Record<string, string>>,
  ): readonly AnyKubeObject[];
  /** Whether the kind is watched (in this namespace) and its first list is in. False also when its CRD is missing. */
  isSynced(resource: ResourceType, namespace?: string): boolean;
  /** Takes the answer of an own write, unless a newer version is already there. */
  remember(resource: ResourceType, object: AnyKubeObject): void;
  /**
   * Reports that the server refused a write because it has another version of this object (409). When no change of it
   * arrives within a second, the watch has stalled, and the kind is listed anew.
   */
  doubt(resource: ResourceType, ref: ObjectRef): void;
}
