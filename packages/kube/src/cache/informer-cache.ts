import type { AnyKubeObject, ObjectRef, ResourceType } from '../objects/kube-object.ts';
import type { KubeCache } from '../ports/kube-cache.ts';
import type { ChangeEvent } from './cached-collection.ts';
import { createInformer } from './informer.ts';
import type { Informer } from './informer.ts';
import { createInformerIndex } from './informer-index.ts';
import { nameOf } from '../client/resource-path.ts';
import type { ReflectorDeps, ReflectorScope } from './reflector.ts';
import { createSharedStrings } from './shared-strings.ts';

export interface InformerCache extends KubeCache {
  /**
   * Watches a kind, in one namespace or in all. Calls with the same scope share one watch, which ends with the last
   * `stop`. `metadataOnly` keeps nothing but metadata.
   */
  watchKind(resource: ResourceType, scope?: ReflectorScope): KindWatch;
  /** Reports each change synchronously; the first list comes as ADDED. The returned function unsubscribes. */
  onChange(listener: ChangeListener): () => void;
  /** With a namespace: whether the watches that cover it are synced. */
  isSynced(resource: ResourceType, namespace?: string): boolean;
  /** Watches with a problem, and its reason, for /readyz and the log. Looks at each watch there is. */
  problems(): readonly CacheProblem[];
  /** The reason why a kind is not synced; undefined when it is, or when nobody watches it. */
  problemOf(resource: ResourceType, namespace?: string): string | undefined;
  /** Ends every watch; resolves when all have ended. */
  stop(): Promise<void>;
}

export type ChangeListener = (resource: ResourceType, event: ChangeEvent) => void;

export interface KindWatch {
  /** Resolves to true after the first list, to false when the kind is not installed or the watch was stopped first. */
  readonly synced: Promise<boolean>;
  stop(): void;
}

export interface CacheProblem {
  readonly resource: ResourceType;
  readonly namespace?: string;
  readonly reason: string;
}

interface Shared {
  readonly key: string;
  readonly informer: Informer;
  users: number;
}

/** Caches fed by list and watch, each kind once. Objects that come back are shared and frozen at the top. */
export function createInformerCache(deps: ReflectorDeps): InformerCache {
  return new SharedInformers(deps);
}

class SharedInformers implements InformerCache {
  readonly #deps: ReflectorDeps;
  /** By kind and scope. */
  readonly #shared = new Map<string, Shared>();
  readonly #index = createInformerIndex();
  readonly #listeners = new Set<ChangeListener>();
  readonly #ending = new Set<Promise<void>>();
  readonly #strings = createSharedStrings();

  constructor(deps: ReflectorDeps) {
    this.#deps = deps;
  }

  get(resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined {
    return first(this.#index.covering(resource, ref.namespace), (informer) => informer.get(ref));
  }

  list(
    resource: ResourceType,
    namespace: string,
    labels: Readonly<Record<string, string>> = {},
  ): readonly AnyKubeObject[] {
    const objects = this.#index.covering(resource, namespace)[0]?.candidates(namespace, labels) ?? [];
    const wanted = Object.entries(labels);
    return [...objects].filter(({ metadata }) =>
      wanted.every(([name, value]) => metadata.labels?.[name] === value),
    );
  }

  remember(resource: ResourceType, object: AnyKubeObject): void {
    for (const informer of this.#index.covering(resource, object.metadata.namespace))
      informer.remember(object);
  }

  doubt(resource: ResourceType, ref: ObjectRef): void {
    for (const informer of this.#index.covering(resource, ref.namespace)) informer.doubt(ref);
  }

  isSynced(resource: ResourceType, namespace?: string): boolean {
    const informers = this.#index.covering(resource, namespace);
    return informers.length > 0 && informers.every((informer) => informer.isSynced);
  }

  problems(): readonly CacheProblem[] {
    return [...this.#informers()].flatMap((informer) => {
      const { resource, scope } = informer;
      const place = scope.namespace === undefined ? {} : { namespace: scope.namespace };
      const reason = reasonOf(informer);
      return reason === undefined ? [] : [{ resource, ...place, reason }];
    });
  }

  problemOf(resource: ResourceType, namespace?: string): string | undefined {
    const informers = this.#index.covering(resource, namespace);
    return informers.map(reasonOf).find((reason) => reason !== undefined);
  }

  watchKind(resource: ResourceType, scope: ReflectorScope = {}): KindWatch {
    const entry = this.#sharedFor(resource, scope);
    entry.users += 1;
    if (entry.users === 1) {
      this.#shared.set(entry.key, entry);
      this.#index.update(resource, this.#informers());
    }
    let stopped = false;
    const stop = (): void => {
      if (!stopped) this.#release(entry);
      stopped = true;
    };
    return { synced: entry.informer.synced, stop };
  }

  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    for (const informer of this.#informers()) this.#ending.add(informer.stop());
    this.#shared.clear();
    this.#index.clear();
    await Promise.all(this.#ending);
  }

  #sharedFor(resource: ResourceType, scope: ReflectorScope): Shared {
    const { namespace, labelSelector, metadataOnly = false } = scope;
    const key = JSON.stringify([resource, namespace, labelSelector, metadataOnly]);
    return (
      this.#shared.get(key) ?? {
        key,
        informer: createInformer(this.#deps, this.#strings, resource, scope, this.#emit),
        users: 0,
      }
    );
  }

  #release(entry: Shared): void {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (this.#shared.get(entry.key) === entry) this.#shared.delete(entry.key);
    this.#index.update(entry.informer.resource, this.#informers());
    const ended = entry.informer.stop();
    this.#ending.add(ended);
    void ended.finally(() => this.#ending.delete(ended));
  }

  *#informers(): Iterable<Informer> {
    for (const { informer } of this.#shared.values()) yield informer;
  }

  readonly #emit: ChangeListener = (resource, event) => {
    for (const listener of this.#listeners) {
      try {
        listener(resource, event);
      } catch (error) {
        // A listener that throws must not end a watch, nor keep the change from other listeners.
        this.#deps.log.error('a listener of the cache threw', {
          resource: nameOf(resource, event.object.metadata),
          error,
        });
      }
    }
  };
}

const reasonOf = ({ resource, problem }: Informer): string | undefined =>
  problem === undefined ? undefined : `${nameOf(resource, {})}: ${problem}`;

function first(
  informers: readonly Informer[],
  read: (informer: Informer) => AnyKubeObject | undefined,
): AnyKubeObject | undefined {
  for (const informer of informers) {
    const found = read(informer);
    if (found !== undefined) return found;
  }
  return undefined;
}
