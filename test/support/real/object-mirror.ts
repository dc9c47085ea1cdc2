import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { followKind } from './follow-kind.ts';

/** What is there of some kinds now, and each change of it: questions that cost no request. */
export interface ObjectMirror {
  get(resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined;
  list(resource: ResourceType, namespace: string): readonly AnyKubeObject[];
  /** Called at each version of an object that the server shows, in order. */
  onChange(listener: (resource: ResourceType, object: AnyKubeObject) => void): void;
  stop(): Promise<void>;
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

export function startObjectMirror(client: KubeClient, kinds: readonly ResourceType[]): ObjectMirror {
  const ending = new AbortController();
  const objects = new Map(kinds.map((kind) => [kind.plural, new Map<string, AnyKubeObject>()]));
  const listeners: ((resource: ResourceType, object: AnyKubeObject) => void)[] = [];
  const follow = (kind: ResourceType): Promise<void> => {
    const own = objects.get(kind.plural) ?? new Map<string, AnyKubeObject>();
    const put = (object: AnyKubeObject): void => {
      own.set(keyOf(object.metadata.namespace, object.metadata.name), object);
      for (const listener of listeners) listener(kind, object);
    };
    const onList = (items: readonly AnyKubeObject[]): void => {
      own.clear();
      for (const item of items) put(item);
    };
    const onChange = (type: string, object: AnyKubeObject): void => {
      if (type === 'DELETED') own.delete(keyOf(object.metadata.namespace, object.metadata.name));
      else put(object);
    };
    return followKind(client, kind, { onList, onChange }, ending.signal);
  };
  const following = Promise.all(kinds.map(follow));
  return {
    get: (resource, ref) => objects.get(resource.plural)?.get(keyOf(ref.namespace, ref.name)),
    list: (resource, namespace) =>
      [...(objects.get(resource.plural)?.values() ?? [])].filter(
        ({ metadata }) => metadata.namespace === namespace,
      ),
    onChange: (listener) => void listeners.push(listener),
    async stop() {
      ending.abort();
      await following;
    },
  };
}
