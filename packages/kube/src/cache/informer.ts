import type { AnyKubeObject, ObjectRef, ResourceType } from '../objects/kube-object.ts';
import { endpointSlices } from '../objects/resources.ts';
import { createCachedCollection } from './cached-collection.ts';
import type { ChangeEvent } from './cached-collection.ts';
import { runReflector } from './reflector.ts';
import type { ReflectorDeps, ReflectorScope, ReflectorSink } from './reflector.ts';
import type { SharedStrings } from './shared-strings.ts';

/** One kind in one scope: its collection, and the reflector that feeds it. Runs from birth until `stop`. */
export interface Informer {
  readonly resource: ResourceType;
  readonly scope: ReflectorScope;
  readonly isSynced: boolean;
  readonly problem: string | undefined;
  readonly synced: Promise<boolean>;
  get(ref: ObjectRef): AnyKubeObject | undefined;
  /** Those that may have all of `labels`: fewer than there are where one of them is indexed. */
  candidates(namespace: string, labels: Readonly<Record<string, string>>): Iterable<AnyKubeObject>;
  remember(object: AnyKubeObject): void;
  stop(): Promise<void>;
}

/** What is asked for by one label in every pass, of a kind that has many objects in a namespace. */
const indexedLabels: Readonly<Record<string, string>> = {
  [endpointSlices.plural]: 'kubernetes.io/service-name',
};

export function createInformer(
  deps: ReflectorDeps,
  strings: SharedStrings,
  resource: ResourceType,
  scope: ReflectorScope,
  emit: (resource: ResourceType, event: ChangeEvent) => void,
): Informer {
  const indexedLabel = indexedLabels[resource.plural];
  const collection = createCachedCollection(indexedLabel);
  const stopped = new AbortController();
  const firstAnswer = Promise.withResolvers<boolean>();
  let isSynced = false;
  let problem: string | undefined = 'not listed yet';

  const tell = (changes: readonly ChangeEvent[]): void => {
    // After a stop nobody may be woken by what was still on its way.
    // guard: a-stopped-watch-wakes-nobody
    if (stopped.signal.aborted) return;
    for (const change of changes) emit(resource, change);
  };
  const sink: ReflectorSink = {
    get resourceVersion() {
      return collection.resourceVersion;
    },
    beginList: () => {
      collection.beginList();
    },
    replace(list) {
      strings.shareIn(list.items);
      const changes = collection.replace(list);
      isSynced = true;
      problem = undefined;
      firstAnswer.resolve(true);
      tell(changes);
    },
    apply(event) {
      strings.shareIn(event.object);
      tell(collection.apply(event));
    },
    notInstalled() {
      // guard: a-kind-that-is-gone-is-not-synced
      isSynced = false;
      problem = 'not installed in this cluster';
      firstAnswer.resolve(false);
      tell(collection.clear());
    },
    problem(reason) {
      problem = reason;
    },
  };

  const running = runReflector(deps, resource, scope, sink, stopped.signal);
  return {
    resource,
    scope,
    synced: firstAnswer.promise,
    get isSynced() {
      return isSynced;
    },
    get problem() {
      return problem;
    },
    get: (ref) => collection.get(ref),
    candidates(namespace, labels) {
      const value = indexedLabel === undefined ? undefined : labels[indexedLabel];
      return value === undefined ? collection.inNamespace(namespace) : collection.labelled(namespace, value);
    },
    remember(object) {
      strings.shareIn(object);
      const { apiVersion, kind, metadata } = object;
      collection.remember(scope.metadataOnly === true ? { apiVersion, kind, metadata } : object);
    },
    async stop() {
      stopped.abort(new Error('the cache is stopping'));
      firstAnswer.resolve(false);
      await running;
    },
  };
}
