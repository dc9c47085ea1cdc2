import type { AnyKubeObject, ObjectRef } from '../../api/kube-object.ts';
import { kindKey } from './kind-registry.ts';
import type { ServedKind } from './served-kind.ts';

export interface Entry {
  readonly kind: ServedKind;
  readonly object: AnyKubeObject;
}

/** Every object, with the indexes the store's rules need. Knows nothing of versions, events or rules. */
export interface ObjectTable {
  get(kind: ServedKind, ref: ObjectRef): AnyKubeObject | undefined;
  /** In order of namespace and name. */
  list(kind: ServedKind, namespace: string | undefined): readonly AnyKubeObject[];
  put(kind: ServedKind, object: AnyKubeObject): void;
  remove(kind: ServedKind, object: AnyKubeObject): void;
  inNamespace(namespace: string): readonly Entry[];
  byUid(uid: string): Entry | undefined;
  ownedBy(uid: string): readonly Entry[];
}

export const refOf = (object: AnyKubeObject): ObjectRef => {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? { name } : { namespace, name };
};

const slot = (ref: ObjectRef): string => `${ref.namespace ?? ''}/${ref.name}`;

export function createObjectTable(): ObjectTable {
  const tables = new Map<string, Map<string, Entry>>();
  const uids = new Map<string, Entry>();
  const tableOf = (kind: ServedKind): Map<string, Entry> => {
    const key = kindKey(kind.resource);
    const found = tables.get(key) ?? new Map<string, Entry>();
    tables.set(key, found);
    return found;
  };
  return {
    get: (kind, ref) => tableOf(kind).get(slot(ref))?.object,
    list(kind, namespace) {
      const objects = [...tableOf(kind).values()].map((entry) => entry.object);
      const wanted =
        namespace === undefined
          ? objects
          : objects.filter((object) => object.metadata.namespace === namespace);
      return wanted.toSorted(byPlace);
    },
    put(kind, object) {
      const entry = { kind, object };
      tableOf(kind).set(slot(refOf(object)), entry);
      if (object.metadata.uid !== undefined) uids.set(object.metadata.uid, entry);
    },
    remove(kind, object) {
      tableOf(kind).delete(slot(refOf(object)));
      if (object.metadata.uid !== undefined) uids.delete(object.metadata.uid);
    },
    inNamespace: (namespace) =>
      [...uids.values()].filter((entry) => entry.object.metadata.namespace === namespace),
    byUid: (uid) => uids.get(uid),
    ownedBy: (uid) =>
      [...uids.values()].filter((entry) =>
        entry.object.metadata.ownerReferences?.some((owner) => owner.uid === uid),
      ),
  };
}

function byPlace(left: AnyKubeObject, right: AnyKubeObject): number {
  return (
    compare(left.metadata.namespace ?? '', right.metadata.namespace ?? '') ||
    compare(left.metadata.name, right.metadata.name)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
