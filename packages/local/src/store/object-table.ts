import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { kindKey } from './kind-registry.ts';
import type { ServedKind } from './served-kind.ts';

export interface Entry {
  readonly kind: ServedKind;
  readonly object: AnyKubeObject;
}

/** Every object, with the indexes the store's rules need. Knows nothing of versions, events or rules. */
export interface ObjectTable {
  get(kind: ServedKind, ref: ObjectRef): AnyKubeObject | undefined;
  /** With the kind as it was served when the object was put there. */
  entry(kind: ServedKind, ref: ObjectRef): Entry | undefined;
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

type Names = Map<string, Entry>;

export function createObjectTable(): ObjectTable {
  /** By kind, by namespace (`` for those without), by name: a list of one namespace looks at no other. */
  const tables = new Map<string, Map<string, Names>>();
  const uids = new Map<string, Entry>();
  /** Uids of what an owner's uid owns. */
  const owned = new Map<string, Set<string>>();

  const tableOf = (kind: ServedKind): Map<string, Names> =>
    obtain(tables, kindKey(kind.resource), () => new Map<string, Names>());
  const forget = (object: AnyKubeObject): void => {
    const { uid, ownerReferences = [] } = object.metadata;
    if (uid === undefined) return;
    uids.delete(uid);
    for (const owner of ownerReferences) {
      owned.get(owner.uid)?.delete(uid);
      if (owned.get(owner.uid)?.size === 0) owned.delete(owner.uid);
    }
  };

  const entry: ObjectTable['entry'] = (kind, ref) =>
    tableOf(kind)
      .get(ref.namespace ?? '')
      ?.get(ref.name);

  return {
    get: (kind, ref) => entry(kind, ref)?.object,
    entry,
    list(kind, namespace) {
      const table = tableOf(kind);
      const objects: AnyKubeObject[] = [];
      for (const names of namespace === undefined ? table.values() : [table.get(namespace)])
        for (const { object } of names?.values() ?? []) objects.push(object);
      return objects.sort(byPlace);
    },
    put(kind, object) {
      const { name, namespace = '', uid, ownerReferences = [] } = object.metadata;
      const names = obtain(tableOf(kind), namespace, () => new Map<string, Entry>());
      const before = names.get(name);
      if (before !== undefined) forget(before.object);
      const made = { kind, object };
      names.set(name, made);
      if (uid === undefined) return;
      uids.set(uid, made);
      for (const owner of ownerReferences) obtain(owned, owner.uid, () => new Set<string>()).add(uid);
    },
    remove(kind, object) {
      const { name, namespace = '' } = object.metadata;
      tableOf(kind).get(namespace)?.delete(name);
      forget(object);
    },
    inNamespace: (namespace) =>
      [...tables.values()].flatMap((table) => [...(table.get(namespace)?.values() ?? [])]),
    byUid: (uid) => uids.get(uid),
    ownedBy: (uid) => [...(owned.get(uid) ?? [])].flatMap((each) => uids.get(each) ?? []),
  };
}

function obtain<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function byPlace(left: AnyKubeObject, right: AnyKubeObject): number {
  return (
    compare(left.metadata.namespace ?? '', right.metadata.namespace ?? '') ||
    compare(left.metadata.name, right.metadata.name)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
