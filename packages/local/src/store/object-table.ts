import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { kindKey } from './kind-registry.ts';
import type { ServedKind } from './served-kind.ts';

export interface Entry {
  readonly kind: ServedKind;
  readonly object: AnyKubeObject;
}

/** Holds every object, with the indexes the store's rules need. It has no versions, events or rules. */
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

type Names = Map<string, Entry>;

export const createObjectTable = (): ObjectTable => new IndexedTable();

class IndexedTable implements ObjectTable {
  /** By kind, by namespace (`` for those without), by name, so that a list of one namespace reads no other. */
  readonly #tables = new Map<string, Map<string, Names>>();
  readonly #uids = new Map<string, Entry>();
  /** Uids of owned objects by their owner's uid. */
  readonly #owned = new Map<string, Set<string>>();

  get(kind: ServedKind, ref: ObjectRef): AnyKubeObject | undefined {
    return this.entry(kind, ref)?.object;
  }

  entry(kind: ServedKind, ref: ObjectRef): Entry | undefined {
    return this.#tableOf(kind)
      .get(ref.namespace ?? '')
      ?.get(ref.name);
  }

  list(kind: ServedKind, namespace: string | undefined): readonly AnyKubeObject[] {
    const table = this.#tableOf(kind);
    const objects: AnyKubeObject[] = [];
    for (const names of namespace === undefined ? table.values() : [table.get(namespace)])
      for (const { object } of names?.values() ?? []) objects.push(object);
    return objects.sort(byPlace);
  }

  put(kind: ServedKind, object: AnyKubeObject): void {
    const { name, namespace = '' } = object.metadata;
    const names = obtain(this.#tableOf(kind), namespace, () => new Map<string, Entry>());
    const before = names.get(name);
    if (before !== undefined) this.#removeFromIndexes(before.object);
    const entry = { kind, object };
    names.set(name, entry);
    this.#addToIndexes(entry);
  }

  remove(kind: ServedKind, object: AnyKubeObject): void {
    const { name, namespace = '' } = object.metadata;
    this.#tableOf(kind).get(namespace)?.delete(name);
    this.#removeFromIndexes(object);
  }

  inNamespace(namespace: string): readonly Entry[] {
    return [...this.#tables.values()].flatMap((table) => [...(table.get(namespace)?.values() ?? [])]);
  }

  byUid(uid: string): Entry | undefined {
    return this.#uids.get(uid);
  }

  ownedBy(uid: string): readonly Entry[] {
    return [...(this.#owned.get(uid) ?? [])].flatMap((each) => this.#uids.get(each) ?? []);
  }

  #tableOf(kind: ServedKind): Map<string, Names> {
    return obtain(this.#tables, kindKey(kind.resource), () => new Map<string, Names>());
  }

  #addToIndexes(entry: Entry): void {
    const { uid, ownerReferences = [] } = entry.object.metadata;
    if (uid === undefined) return;
    this.#uids.set(uid, entry);
    for (const owner of ownerReferences) obtain(this.#owned, owner.uid, () => new Set<string>()).add(uid);
  }

  #removeFromIndexes(object: AnyKubeObject): void {
    const { uid, ownerReferences = [] } = object.metadata;
    if (uid === undefined) return;
    this.#uids.delete(uid);
    for (const owner of ownerReferences) {
      this.#owned.get(owner.uid)?.delete(uid);
      if (this.#owned.get(owner.uid)?.size === 0) this.#owned.delete(owner.uid);
    }
  }
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
