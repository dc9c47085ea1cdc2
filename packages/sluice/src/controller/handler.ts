import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../api/resources.ts';
import type { ChangeEvent } from '@sluice/kube/cache/cached-collection.ts';
import { topicsOf } from '../rollout/look/reads.ts';
import { keyOf } from '../rules/objects/names.ts';
import type { ClaimsIndex } from './claims-index.ts';
import { isNews } from './predicate.ts';
import type { TopicIndex } from './topic-index.ts';

export interface HandlerDeps {
  readonly claims: ClaimsIndex;
  /** The reads of all canaries, by topic. */
  readonly readers: TopicIndex;
  /** Queues a pass over this canary; changes within some milliseconds share one pass. */
  readonly wake: (key: string) => void;
  /** The resourceVersion after our last status write of this canary; undefined when something else changed it since. */
  readonly writtenVersion: (key: string) => Promise<string | undefined> | undefined;
  readonly onCanary: (canary: AnyKubeObject) => void;
  readonly onGone: (canary: AnyKubeObject) => void;
  readonly onCount: (namespace: string, count: number) => void;
}

/** Which canaries a change concerns. A change of nothing that a canary reads wakes no pass. */
export function createHandler(deps: HandlerDeps): (resource: ResourceType, event: ChangeEvent) => void {
  const { claims, readers, wake } = deps;

  const note = ({ type, object }: ChangeEvent): void => {
    const concerned = type === 'DELETED' ? claims.remove(object) : claims.put(object);
    for (const other of concerned) wake(other);
    const namespace = object.metadata.namespace ?? '';
    if (type !== 'MODIFIED') deps.onCount(namespace, claims.count(namespace));
    if (type === 'DELETED') deps.onGone(object);
    else deps.onCanary(object);
  };
  const onCanary = (event: ChangeEvent): void => {
    note(event);
    const key = keyOf(event.object);
    const { resourceVersion } = event.object.metadata;
    const version = event.type === 'MODIFIED' ? deps.writtenVersion(key) : undefined;
    if (version === undefined) return wake(key);
    // A status that a pass wrote tells that pass nothing; what it decided is taken up by the one after it anyway.
    void version.then((written) => {
      if (written === undefined || written !== resourceVersion) wake(key);
    });
  };
  return (resource, event) => {
    if (!isNews(resource, event)) return;
    if (resource === canaries) return onCanary(event);
    for (const key of readers.interestedIn(topicsOf(resource, event.object))) wake(key);
  };
}
