import type { AnyKubeObject, ResourceType } from '../objects/kube-object.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import type { KubeCache } from '../ports/kube-cache.ts';
import type { ChangeEvent } from './cached-collection.ts';
import { createInformer } from './informer.ts';
import type { Informer } from './informer.ts';
import { nameOf } from '../client/resource-path.ts';
import type { ReflectorDeps, ReflectorScope } from './reflector.ts';
import { createSharedStrings } from './shared-strings.ts';

export interface InformerCache extends KubeCache {
  /**
   * Watches a kind, in one namespace or in all. Asked for again with the same scope it is shared, and ends with
   * the last `stop`. `metadataOnly` keeps nothing but metadata.
   */
  watchKind(resource: ResourceType, scope?: ReflectorScope): KindWatch;
  /** Called synchronously for each change the server tells; a first list comes as ADDED. The answer unsubscribes. */
  onChange(listener: ChangeListener): () => void;
  /** With a namespace: of the watches that cover it. */
  isSynced(resource: ResourceType, namespace?: string): boolean;
  /** Watches that are not in order, and why: for /readyz and the log. */
  problems(): readonly CacheProblem[];
  /** Ends every watch; resolves when all have ended. */
  stop(): Promise<void>;
}

export type ChangeListener = (resource: ResourceType, event: ChangeEvent) => void;

export interface KindWatch {
  /** Resolves with true when the first list is in, with false when the kind is not installed or the watch was stopped first. */
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
  const shared = new Map<string, Shared>();
  /** Of each kind, the watch that knows most first. */
  const byKind = new Map<string, readonly Informer[]>();
  /** Of those, the ones that cover a namespace: each pass asks some fifty times, and there may be a watch for each namespace. */
  const byPlace = new Map<string, Map<string | undefined, readonly Informer[]>>();
  const listeners = new Set<ChangeListener>();
  const ending = new Set<Promise<void>>();
  const strings = createSharedStrings();

  const emit: ChangeListener = (resource, event) => {
    for (const listener of listeners) {
      try {
        listener(resource, event);
      } catch (error) {
        // A listener's fault must not end a watch, nor keep the news from the others.
        deps.log.error('a listener of the cache threw', {
          resource: nameOf(resource, event.object.metadata),
          error,
        });
      }
    }
  };
  const of = (resource: ResourceType, namespace?: string): readonly Informer[] => {
    const kind = kindKey(resource);
    const known = byPlace.get(kind)?.get(namespace);
    if (known !== undefined) return known;
    const found = (byKind.get(kind) ?? []).filter((informer) => covers(informer.scope, namespace));
    const places = byPlace.get(kind) ?? new Map<string | undefined, readonly Informer[]>();
    byPlace.set(kind, places.set(namespace, found));
    return found;
  };
  const index = (kind: string): void => {
    byPlace.delete(kind);
    const informers = [...shared.values()].map(({ informer }) => informer);
    const same = informers.filter((informer) => kindKey(informer.resource) === kind);
    byKind.set(
      kind,
      same.toSorted((a, b) => breadth(b.scope) - breadth(a.scope)),
    );
  };

  const release = (entry: Shared): void => {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (shared.get(entry.key) === entry) shared.delete(entry.key);
    index(kindKey(entry.informer.resource));
    const ended = entry.informer.stop();
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  };

  return {
    get: (resource, ref) => first(of(resource, ref.namespace), (informer) => informer.get(ref)),
    list(resource, namespace, labels = {}) {
      const objects = of(resource, namespace)[0]?.candidates(namespace, labels) ?? [];
      const wanted = Object.entries(labels);
      return [...objects].filter(({ metadata }) =>
        wanted.every(([name, value]) => metadata.labels?.[name] === value),
      );
    },
    isSynced(resource, namespace) {
      const informers = of(resource, namespace);
      return informers.length > 0 && informers.every((informer) => informer.isSynced);
    },
    remember(resource, object) {
      for (const informer of of(resource, object.metadata.namespace)) informer.remember(object);
    },
    watchKind(resource, scope = {}) {
      const key = JSON.stringify([
        resource,
        scope.namespace,
        scope.labelSelector,
        scope.metadataOnly ?? false,
      ]);
      const entry = shared.get(key) ?? {
        key,
        informer: createInformer(deps, strings, resource, scope, emit),
        users: 0,
      };
      entry.users += 1;
      if (entry.users === 1) {
        shared.set(key, entry);
        index(kindKey(resource));
      }
      let stopped = false;
      const stop = (): void => {
        if (!stopped) release(entry);
        stopped = true;
      };
      return { synced: entry.informer.synced, stop };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    problems: () =>
      [...shared.values()].flatMap(({ informer: { resource, scope, problem } }) => {
        const place = scope.namespace === undefined ? {} : { namespace: scope.namespace };
        return problem === undefined
          ? []
          : [{ resource, ...place, reason: `${nameOf(resource, {})}: ${problem}` }];
      }),
    async stop() {
      for (const { informer } of shared.values()) ending.add(informer.stop());
      shared.clear();
      byKind.clear();
      byPlace.clear();
      await Promise.all(ending);
    },
  };
}

const kindKey = byObject(({ group, version, plural }: ResourceType) => `${group}/${version}/${plural}`);

/** A cluster-scoped object, or a question about the whole kind, has no namespace. */
const covers = (scope: ReflectorScope, namespace: string | undefined): boolean =>
  namespace === undefined || scope.namespace === undefined || scope.namespace === namespace;

/** Where two watches cover an object, the one that knows more of it answers. */
const breadth = (scope: ReflectorScope): number =>
  (scope.labelSelector === undefined ? 2 : 0) + (scope.metadataOnly === true ? 0 : 1);

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
