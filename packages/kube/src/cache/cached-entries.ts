import type { AnyKubeObject, ObjectRef } from '../objects/kube-object.ts';
import { createLabelIndex } from './label-index.ts';
import type { LabelIndex } from './label-index.ts';

export interface CachedEntry {
  /** The object that readers get: the newer of the server's version and an own write. */
  readonly current: AnyKubeObject;
  /** The object of the last list or watch event. Changes are reported against it, so that an own write hides none. */
  readonly confirmed: AnyKubeObject | undefined;
}

/** Entries of one kind by namespace and name, with an index of one label. Compares no versions. */
export class CachedEntries {
  readonly #buckets = new Map<string, Map<string, CachedEntry>>();
  readonly #labels: LabelIndex;

  constructor(indexedLabel: string | undefined) {
    this.#labels = createLabelIndex(indexedLabel);
  }

  get(ref: ObjectRef): CachedEntry | undefined {
    return this.#buckets.get(ref.namespace ?? '')?.get(ref.name);
  }

  /** A snapshot: callers drop entries while they walk through it. */
  all(): CachedEntry[] {
    return [...this.#buckets.values()].flatMap((bucket) => [...bucket.values()]);
  }

  *inNamespace(namespace: string): Iterable<AnyKubeObject> {
    for (const { current } of this.#buckets.get(namespace)?.values() ?? []) yield current;
  }

  *labelled(namespace: string, value: string): Iterable<AnyKubeObject> {
    for (const name of this.#labels.names(namespace, value)) {
      const object = this.get({ namespace, name })?.current;
      if (object !== undefined) yield object;
    }
  }

  put(entry: CachedEntry): void {
    const { namespace = '', name } = entry.current.metadata;
    const bucket = this.#buckets.get(namespace) ?? new Map<string, CachedEntry>();
    const before = bucket.get(name);
    if (before !== undefined) this.#labels.remove(before.current);
    bucket.set(name, entry);
    this.#buckets.set(namespace, bucket);
    this.#labels.add(entry.current);
  }

  drop({ namespace = '', name }: ObjectRef): void {
    const bucket = this.#buckets.get(namespace);
    const before = bucket?.get(name);
    if (before !== undefined) this.#labels.remove(before.current);
    bucket?.delete(name);
    if (bucket?.size === 0) this.#buckets.delete(namespace);
  }

  clear(): void {
    this.#buckets.clear();
    this.#labels.clear();
  }
}
