import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import { builtInKinds } from './built-in-kinds.ts';
import { customKind } from './custom-kind.ts';
import type { ServedKind } from './served-kind.ts';

/** The served kinds: the built-in ones, and one for each CustomResourceDefinition in the store. */
export interface KindRegistry {
  all(): readonly ServedKind[];
  find(group: string, plural: string): ServedKind | undefined;
  of(resource: ResourceType): ServedKind | undefined;
  /** Adds or replaces the kind of a CustomResourceDefinition. */
  define(definition: AnyKubeObject): void;
  forget(definition: AnyKubeObject): void;
}

export const kindKey = byObject(
  ({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string => `${plural}.${group}`,
);

export function createKindRegistry(): KindRegistry {
  const kinds = new Map(builtInKinds.map((kind) => [kindKey(kind.resource), kind]));
  const fixed = new Set(kinds.keys());
  return {
    all: () => [...kinds.values()],
    find: (group, plural) => kinds.get(`${plural}.${group}`),
    of: (resource) => kinds.get(kindKey(resource)),
    define(definition) {
      const kind = customKind(definition);
      // A public Gateway API manifest must apply, but may not replace the kinds that are built in.
      if (!fixed.has(kindKey(kind.resource))) kinds.set(kindKey(kind.resource), kind);
    },
    forget(definition) {
      const key = kindKey(customKind(definition).resource);
      if (!fixed.has(key)) kinds.delete(key);
    },
  };
}
