import type { AnyKubeObject, ObjectRef, ResourceType } from '../objects/kube-object.ts';
import { endpointSlices } from '../objects/resources.ts';
import type { ObjectList, WatchEvent } from '../ports/kube.ts';
import { createCachedCollection } from './cached-collection.ts';
import type { CachedCollection, ChangeEvent } from './cached-collection.ts';
import { runReflector } from './reflector.ts';
import type { ReflectorDeps, ReflectorScope, ReflectorSink } from './reflector.ts';
import type { CancelTimer, Clock } from '@sluice/lib/ports/clock.ts';
import type { SharedStrings } from './shared-strings.ts';

/** One kind in one scope: its collection, and the reflector that feeds it. Runs from creation until `stop`. */
export interface Informer {
  readonly resource: ResourceType;
  readonly scope: ReflectorScope;
  readonly isSynced: boolean;
  readonly problem: string | undefined;
  readonly synced: Promise<boolean>;
  get(ref: ObjectRef): AnyKubeObject | undefined;
  /** Objects that may have all of `labels`: not the whole namespace when one of the labels is indexed. */
  candidates(namespace: string, labels: Readonly<Record<string, string>>): Iterable<AnyKubeObject>;
  remember(object: AnyKubeObject): void;
  /** A write of this object was refused: the server has another version of it. */
  doubt(ref: ObjectRef): void;
  stop(): Promise<void>;
}

/** Time for the watch to deliver the change; a working watch needs milliseconds. */
const doubtMs = 1000;

type EmitChange = (resource: ResourceType, event: ChangeEvent) => void;

/** Labels that every pass selects by, of kinds with many objects in a namespace. */
const indexedLabels: Readonly<Record<string, string>> = {
  [endpointSlices.plural]: 'kubernetes.io/service-name',
};

export function createInformer(
  deps: ReflectorDeps,
  strings: SharedStrings,
  resource: ResourceType,
  scope: ReflectorScope,
  emit: EmitChange,
): Informer {
  return new KindInformer(deps, strings, resource, scope, emit);
}

class KindInformer implements Informer {
  readonly resource: ResourceType;
  readonly scope: ReflectorScope;
  readonly #clock: Clock;
  readonly #strings: SharedStrings;
  readonly #emit: EmitChange;
  readonly #indexedLabel: string | undefined;
  readonly #collection: CachedCollection;
  readonly #stopped = new AbortController();
  readonly #firstAnswer = Promise.withResolvers<boolean>();
  readonly #reflecting: Promise<void>;
  #giveUpWatch: (() => void) | undefined;
  #cancelDoubt: CancelTimer | undefined;
  #isSynced = false;
  #problem: string | undefined = 'not listed yet';

  constructor(
    deps: ReflectorDeps,
    strings: SharedStrings,
    resource: ResourceType,
    scope: ReflectorScope,
    emit: EmitChange,
  ) {
    this.resource = resource;
    this.scope = scope;
    this.#clock = deps.clock;
    this.#strings = strings;
    this.#emit = emit;
    this.#indexedLabel = indexedLabels[resource.plural];
    this.#collection = createCachedCollection(this.#indexedLabel);
    this.#reflecting = runReflector(deps, resource, scope, this.#sink(), this.#stopped.signal);
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  get synced(): Promise<boolean> {
    return this.#firstAnswer.promise;
  }

  get(ref: ObjectRef): AnyKubeObject | undefined {
    return this.#collection.get(ref);
  }

  candidates(namespace: string, labels: Readonly<Record<string, string>>): Iterable<AnyKubeObject> {
    const value = this.#indexedLabel === undefined ? undefined : labels[this.#indexedLabel];
    return value === undefined
      ? this.#collection.inNamespace(namespace)
      : this.#collection.labelled(namespace, value);
  }

  remember(object: AnyKubeObject): void {
    this.#strings.shareIn(object);
    const { apiVersion, kind, metadata } = object;
    this.#collection.remember(this.scope.metadataOnly === true ? { apiVersion, kind, metadata } : object);
  }

  doubt(ref: ObjectRef): void {
    const version = this.#versionOf(ref);
    // guard: what-is-refused-and-not-told-of-is-listed-anew
    this.#cancelDoubt ??= this.#clock.setTimer(doubtMs, () => {
      this.#cancelDoubt = undefined;
      if (this.#versionOf(ref) === version) this.#giveUpWatch?.();
    });
  }

  #versionOf(ref: ObjectRef): string | undefined {
    return this.#collection.get(ref)?.metadata.resourceVersion;
  }

  async stop(): Promise<void> {
    this.#cancelDoubt?.();
    this.#stopped.abort(new Error('the cache is stopping'));
    this.#firstAnswer.resolve(false);
    await this.#reflecting;
  }

  #sink(): ReflectorSink {
    const collection = this.#collection;
    return {
      get resourceVersion() {
        return collection.resourceVersion;
      },
      beginList: () => collection.beginList(),
      replace: (list) => this.#replace(list),
      apply: (event) => this.#apply(event),
      notInstalled: () => this.#emptyAsNotInstalled(),
      watching: (giveUp) => {
        this.#giveUpWatch = giveUp;
      },
      problem: (reason) => {
        this.#problem = reason;
      },
    };
  }

  #replace(list: ObjectList): void {
    this.#strings.shareIn(list.items);
    const changes = this.#collection.replace(list);
    this.#isSynced = true;
    this.#problem = undefined;
    this.#firstAnswer.resolve(true);
    this.#tell(changes);
  }

  #apply(event: WatchEvent): void {
    this.#strings.shareIn(event.object);
    this.#tell(this.#collection.apply(event));
  }

  #emptyAsNotInstalled(): void {
    // guard: a-kind-that-is-gone-is-not-synced
    this.#isSynced = false;
    this.#problem = 'not installed in this cluster';
    this.#firstAnswer.resolve(false);
    this.#tell(this.#collection.clear());
  }

  #tell(changes: readonly ChangeEvent[]): void {
    // Changes that arrive after a stop must wake nobody.
    // guard: a-stopped-watch-wakes-nobody
    if (this.#stopped.signal.aborted) return;
    for (const change of changes) this.#emit(this.resource, change);
  }
}
