import type { ResourceType } from '../objects/kube-object.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import type { Informer } from './informer.ts';
import type { ReflectorScope } from './reflector.ts';

/** Finds the informers that cover a kind, in one namespace or in all. */
export interface InformerIndex {
  /** Informers that cover a namespace; undefined means the whole kind. The one with the most data comes first. */
  covering(resource: ResourceType, namespace: string | undefined): readonly Informer[];
  /** Call after an informer of the kind was added or removed. `informers` may be of several kinds. */
  update(resource: ResourceType, informers: Iterable<Informer>): void;
  clear(): void;
}

export function createInformerIndex(): InformerIndex {
  const byKind = new Map<string, readonly Informer[]>();
  /** Cached, because each pass asks some fifty times, and there may be a watch for each namespace. */
  const byPlace = new Map<string, Map<string | undefined, readonly Informer[]>>();

  return {
    covering(resource, namespace) {
      const kind = kindKey(resource);
      const known = byPlace.get(kind)?.get(namespace);
      if (known !== undefined) return known;
      const found = (byKind.get(kind) ?? []).filter((informer) => covers(informer.scope, namespace));
      const places = byPlace.get(kind) ?? new Map<string | undefined, readonly Informer[]>();
      byPlace.set(kind, places.set(namespace, found));
      return found;
    },
    update(resource, informers) {
      const kind = kindKey(resource);
      byPlace.delete(kind);
      const same = [...informers].filter((informer) => kindKey(informer.resource) === kind);
      byKind.set(
        kind,
        same.toSorted((a, b) => breadth(b.scope) - breadth(a.scope)),
      );
    },
    clear() {
      byKind.clear();
      byPlace.clear();
    },
  };
}

const kindKey = byObject(({ group, version, plural }: ResourceType) => `${group}/${version}/${plural}`);

/** A cluster-scoped object, or a question about the whole kind, has no namespace. */
const covers = (scope: ReflectorScope, namespace: string | undefined): boolean =>
  namespace === undefined || scope.namespace === undefined || scope.namespace === namespace;

/** Order of two watches that cover an object: the one with more of its data answers. */
const breadth = (scope: ReflectorScope): number =>
  (scope.labelSelector === undefined ? 2 : 0) + (scope.metadataOnly === true ? 0 : 1);
