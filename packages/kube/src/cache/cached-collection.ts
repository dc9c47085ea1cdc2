import type { AnyKubeObject, ObjectMeta, ObjectRef } from '../objects/kube-object.ts';
import type { ObjectList, WatchEvent } from '../ports/kube.ts';
import { CachedEntries } from './cached-entries.ts';
import { isNewer } from './resource-version.ts';

export interface ChangeEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: AnyKubeObject;
  /** With MODIFIED and DELETED: the object as the server last sent it before. */
  readonly previous?: AnyKubeObject;
}

/** The cached objects of one kind, in one namespace or in all. */
export interface CachedCollection {
  get(ref: ObjectRef): AnyKubeObject | undefined;
  inNamespace(namespace: string): Iterable<AnyKubeObject>;
  /** Objects of a namespace whose `indexedLabel` has this value. */
  labelled(namespace: string, value: string): Iterable<AnyKubeObject>;
  /** Version that list and watch have reached; undefined before the first list. */
  readonly resourceVersion: string | undefined;
  /** Call before a list is requested: own writes after this call survive it. */
  beginList(): void;
  replace(list: ObjectList): ChangeEvent[];
  apply(event: WatchEvent): ChangeEvent[];
  remember(object: AnyKubeObject): void;
  /** Drops all objects: the kind is no longer served. */
  clear(): ChangeEvent[];
}

/**
 * Keeps objects in memory and sends no requests. Versions only go forward, except in `replace`: a fresh list wins even
 * when its versions are lower, because a server restored from a backup counts from there.
 */
export function createCachedCollection(indexedLabel?: string): CachedCollection {
  return new Collection(indexedLabel);
}

class Collection implements CachedCollection {
  readonly #entries: CachedEntries;
  #resourceVersion: string | undefined;
  #rememberedSinceList = new Set<string>();

  constructor(indexedLabel: string | undefined) {
    this.#entries = new CachedEntries(indexedLabel);
  }

  get(ref: ObjectRef): AnyKubeObject | undefined {
    return this.#entries.get(ref)?.current;
  }

  inNamespace(namespace: string): Iterable<AnyKubeObject> {
    return this.#entries.inNamespace(namespace);
  }

  labelled(namespace: string, value: string): Iterable<AnyKubeObject> {
    return this.#entries.labelled(namespace, value);
  }

  get resourceVersion(): string | undefined {
    return this.#resourceVersion;
  }

  beginList(): void {
    this.#rememberedSinceList = new Set();
  }

  replace(list: ObjectList): ChangeEvent[] {
    this.#resourceVersion = list.resourceVersion;
    const listed = new Set(list.items.map(keyOf));
    const remembered = this.#rememberedSinceList;
    const changes = list.items.flatMap((item) =>
      this.#confirm(lean(item), /* guard: a-fresh-list-is-the-truth */ !remembered.has(keyOf(item))),
    );
    for (const { current, confirmed } of this.#entries.all()) {
      const own = remembered.has(keyOf(current)) && versionAfter(current, list.resourceVersion);
      if (listed.has(keyOf(current)) || /* guard: own-writes-survive-a-list-that-was-on-its-way */ own)
        continue;
      this.#entries.drop(current.metadata);
      if (confirmed !== undefined) changes.push({ type: 'DELETED', object: current, previous: confirmed });
    }
    return changes;
  }

  apply({ type, object }: WatchEvent): ChangeEvent[] {
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
    if (type === 'BOOKMARK') return [];
    return type === 'DELETED' ? this.#delete(object) : this.#confirm(lean(object), false);
  }

  remember(object: AnyKubeObject): void {
    const entry = this.#entries.get(object.metadata);
    const older = entry !== undefined && versionIsNewer(entry.current, object);
    // The watch is past this version already: an object that is not here was deleted since.
    const passed = isNewer(object.metadata.resourceVersion, this.#resourceVersion) === false;
    // guard: own-changes-survive-a-list-that-was-on-its-way
    this.#rememberedSinceList.add(keyOf(object));
    if (
      // guard: an-older-answer-does-not-replace-a-newer-one
      older ||
      // guard: what-was-deleted-does-not-come-back-by-an-answer
      passed
    )
      return;
    this.#entries.put({
      current: lean(object),
      // guard: an-own-write-swallows-no-news
      confirmed: entry?.confirmed,
    });
  }

  clear(): ChangeEvent[] {
    const changes = this.#entries
      .all()
      .flatMap(({ current, confirmed }): ChangeEvent[] =>
        confirmed === undefined ? [] : [{ type: 'DELETED', object: current, previous: confirmed }],
      );
    this.#entries.clear();
    this.#resourceVersion = undefined;
    return changes;
  }

  #confirm(object: AnyKubeObject, overOwnWrite: boolean): ChangeEvent[] {
    const entry = this.#entries.get(object.metadata);
    const before = entry?.confirmed;
    const kept = entry !== undefined && !overOwnWrite && versionIsNewer(entry.current, object);
    // The watch reports an own write as its answer did; one of the two is enough.
    const same = entry !== undefined && !overOwnWrite && sameVersion(entry.current, object);
    const current = /* guard: reads-after-own-writes */ kept || same ? entry.current : object;
    this.#entries.put({ current, confirmed: kept ? before : current });
    if (kept || (before !== undefined && sameVersion(before, object))) return [];
    return [
      before === undefined
        ? { type: 'ADDED', object: current }
        : { type: 'MODIFIED', object: current, previous: before },
    ];
  }

  #delete(object: AnyKubeObject): ChangeEvent[] {
    const entry = this.#entries.get(object.metadata);
    if (entry === undefined) return [];
    // This process recreated the object meanwhile: the deletion is that of its predecessor.
    const replaced =
      entry.current.metadata.uid !== object.metadata.uid && versionIsNewer(entry.current, object);
    // guard: a-late-deletion-is-of-the-predecessor
    if (replaced) this.#entries.put({ current: entry.current, confirmed: undefined });
    else this.#entries.drop(object.metadata);
    if (entry.confirmed === undefined) return [];
    return [{ type: 'DELETED', object: lean(object), previous: entry.confirmed }];
  }
}

const keyOf = ({ metadata }: AnyKubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

const versionIsNewer = (a: AnyKubeObject, b: AnyKubeObject): boolean =>
  isNewer(a.metadata.resourceVersion, b.metadata.resourceVersion) ?? false;

const versionAfter = (object: AnyKubeObject, version: string): boolean =>
  isNewer(object.metadata.resourceVersion, version) ?? true;

const sameVersion = (a: AnyKubeObject, b: AnyKubeObject): boolean =>
  a.metadata.uid === b.metadata.uid &&
  a.metadata.resourceVersion !== undefined &&
  a.metadata.resourceVersion === b.metadata.resourceVersion;

/** Drops managedFields, often the larger half of an object. Frozen at the top: readers share it. */
function lean(object: AnyKubeObject): AnyKubeObject {
  return Object.freeze({ ...object, metadata: Object.freeze(unmanaged(object.metadata)) });
}

/** Copies `metadata`. Removing a member costs more than checking for it, so the check comes first. */
function unmanaged(metadata: ObjectMeta): ObjectMeta {
  if (!('managedFields' in metadata)) return { ...metadata };
  const { managedFields: _, ...kept } = metadata;
  return kept;
}
