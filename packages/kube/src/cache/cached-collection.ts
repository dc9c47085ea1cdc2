import type { AnyKubeObject, ObjectMeta, ObjectRef } from '../objects/kube-object.ts';
import type { ObjectList, WatchEvent } from '../ports/kube.ts';
import { isNewer } from './resource-version.ts';

export interface ChangeEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: AnyKubeObject;
  /** As the server last showed it before, of MODIFIED and DELETED. */
  readonly previous?: AnyKubeObject;
}

/** What the cache holds of one kind, in one namespace or in all. */
export interface CachedCollection {
  get(ref: ObjectRef): AnyKubeObject | undefined;
  inNamespace(namespace: string): Iterable<AnyKubeObject>;
  /** Those of a namespace whose `indexedLabel` has this value. */
  labelled(namespace: string, value: string): Iterable<AnyKubeObject>;
  /** How far list and watch have come; undefined before the first list. */
  readonly resourceVersion: string | undefined;
  /** Call before a list is asked for: own writes from here on survive it. */
  beginList(): void;
  replace(list: ObjectList): ChangeEvent[];
  apply(event: WatchEvent): ChangeEvent[];
  remember(object: AnyKubeObject): void;
  /** Everything is gone: the kind is no longer served. */
  clear(): ChangeEvent[];
}

interface Entry {
  /** What readers see: the newer of the server's view and an own write. */
  readonly current: AnyKubeObject;
  /** What list and watch last said. Changes are told against this, so that none is swallowed by an own write. */
  readonly confirmed: AnyKubeObject | undefined;
}

type Bucket = Map<string, Entry>;

/** Of one value of the indexed label in one namespace: names. */
type Labelled = Map<string, Set<string>>;

/**
 * Pure book-keeping, no request. Versions only go forward, except in `replace`: a fresh list is the truth even
 * when its versions are lower, because a server restored from a backup counts from there.
 */
export function createCachedCollection(indexedLabel?: string): CachedCollection {
  const buckets = new Map<string, Bucket>();
  const labelled: Labelled = new Map();
  let resourceVersion: string | undefined;
  let rememberedSinceList = new Set<string>();

  const labelKeyOf = ({ metadata: { namespace = '', labels } }: AnyKubeObject): string | undefined => {
    const value = indexedLabel === undefined ? undefined : labels?.[indexedLabel];
    return value === undefined ? undefined : `${namespace}/${value}`;
  };
  const unlabel = (object: AnyKubeObject): void => {
    const key = labelKeyOf(object);
    if (key === undefined) return;
    const names = labelled.get(key);
    names?.delete(object.metadata.name);
    if (names?.size === 0) labelled.delete(key);
  };
  const entryOf = (ref: ObjectRef): Entry | undefined => buckets.get(ref.namespace ?? '')?.get(ref.name);
  const put = (object: AnyKubeObject, entry: Entry): void => {
    const namespace = object.metadata.namespace ?? '';
    const bucket = buckets.get(namespace) ?? new Map<string, Entry>();
    const before = bucket.get(object.metadata.name);
    if (before !== undefined) unlabel(before.current);
    bucket.set(object.metadata.name, entry);
    buckets.set(namespace, bucket);
    const key = labelKeyOf(entry.current);
    if (key !== undefined) labelled.set(key, (labelled.get(key) ?? new Set()).add(object.metadata.name));
  };
  const drop = (object: AnyKubeObject): void => {
    const namespace = object.metadata.namespace ?? '';
    const bucket = buckets.get(namespace);
    const before = bucket?.get(object.metadata.name);
    if (before !== undefined) unlabel(before.current);
    bucket?.delete(object.metadata.name);
    if (bucket?.size === 0) buckets.delete(namespace);
  };
  const entries = (): Entry[] => [...buckets.values()].flatMap((bucket) => [...bucket.values()]);

  const confirm = (object: AnyKubeObject, overOwnWrite: boolean): ChangeEvent[] => {
    const entry = entryOf(object.metadata);
    const before = entry?.confirmed;
    const kept = entry !== undefined && !overOwnWrite && versionIsNewer(entry.current, object);
    // What is told of an own write is what its answer was; one of the two is enough.
    const same = entry !== undefined && !overOwnWrite && sameVersion(entry.current, object);
    const current = /* guard: reads-after-own-writes */ kept || same ? entry.current : object;
    put(object, { current, confirmed: kept ? before : current });
    if (kept || (before !== undefined && sameVersion(before, object))) return [];
    return [
      before === undefined
        ? { type: 'ADDED', object: current }
        : { type: 'MODIFIED', object: current, previous: before },
    ];
  };

  return {
    get: (ref) => entryOf(ref)?.current,
    *inNamespace(namespace) {
      for (const { current } of buckets.get(namespace)?.values() ?? []) yield current;
    },
    *labelled(namespace, value) {
      for (const name of labelled.get(`${namespace}/${value}`) ?? []) {
        const object = entryOf({ namespace, name })?.current;
        if (object !== undefined) yield object;
      }
    },
    get resourceVersion() {
      return resourceVersion;
    },
    beginList() {
      rememberedSinceList = new Set();
    },
    replace(list) {
      resourceVersion = list.resourceVersion;
      const listed = new Set(list.items.map(keyOf));
      const changes = list.items.flatMap((item) =>
        confirm(lean(item), /* guard: a-fresh-list-is-the-truth */ !rememberedSinceList.has(keyOf(item))),
      );
      for (const { current, confirmed } of entries()) {
        const own = rememberedSinceList.has(keyOf(current)) && versionAfter(current, list.resourceVersion);
        if (listed.has(keyOf(current)) || /* guard: own-writes-survive-a-list-that-was-on-its-way */ own)
          continue;
        drop(current);
        if (confirmed !== undefined) changes.push({ type: 'DELETED', object: current, previous: confirmed });
      }
      return changes;
    },
    apply({ type, object }) {
      resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
      if (type === 'BOOKMARK') return [];
      if (type !== 'DELETED') return confirm(lean(object), false);
      const entry = entryOf(object.metadata);
      if (entry === undefined) return [];
      // Made anew by ourselves meanwhile: the deletion is of its predecessor.
      const replaced =
        entry.current.metadata.uid !== object.metadata.uid && versionIsNewer(entry.current, object);
      // guard: a-late-deletion-is-of-the-predecessor
      if (replaced) put(object, { current: entry.current, confirmed: undefined });
      else drop(object);
      if (entry.confirmed === undefined) return [];
      return [{ type: 'DELETED', object: lean(object), previous: entry.confirmed }];
    },
    remember(object) {
      const entry = entryOf(object.metadata);
      const older = entry !== undefined && versionIsNewer(entry.current, object);
      // The watch is past this version already: what is not here has been deleted since.
      const passed = isNewer(object.metadata.resourceVersion, resourceVersion) === false;
      // guard: own-changes-survive-a-list-that-was-on-its-way
      rememberedSinceList.add(keyOf(object));
      if (
        // guard: an-older-answer-does-not-replace-a-newer-one
        older ||
        // guard: what-was-deleted-does-not-come-back-by-an-answer
        passed
      )
        return;
      put(object, {
        current: lean(object),
        // guard: an-own-write-swallows-no-news
        confirmed: entry?.confirmed,
      });
    },
    clear() {
      const changes = entries().flatMap(({ current, confirmed }): ChangeEvent[] =>
        confirmed === undefined ? [] : [{ type: 'DELETED', object: current, previous: confirmed }],
      );
      buckets.clear();
      labelled.clear();
      resourceVersion = undefined;
      return changes;
    },
  };
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

/** Without managedFields, often the larger half of an object. Frozen at the top: readers share it. */
function lean(object: AnyKubeObject): AnyKubeObject {
  return Object.freeze({ ...object, metadata: Object.freeze(unmanaged(object.metadata)) });
}

/** A copy; taking a member out of one costs more than looking whether it is there. */
function unmanaged(metadata: ObjectMeta): ObjectMeta {
  if (!('managedFields' in metadata)) return { ...metadata };
  const { managedFields: _, ...kept } = metadata;
  return kept;
}
