import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { applyMergePatch } from '@sluice/lib/json/merge.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

/** A cluster that is read and not written: what would be written is kept here, and read back from here. */
export interface DryCluster {
  readonly client: KubeClient;
  readonly cache: KubeCache;
  /** `patch Service test/podinfo`, each once, in the order of the first. */
  readonly writes: ReadonlySet<string>;
}

export function createDryCluster(client: Pick<KubeClient, 'get'>, cache: KubeCache): DryCluster {
  /** Undefined: would be deleted. */
  const written = new Map<string, AnyKubeObject | undefined>();
  const writes = new Set<string>();
  const note = (verb: string, resource: ResourceType, ref: ObjectRef): void =>
    void writes.add(`${verb} ${resource.kind} ${placeOf(ref)}`);
  const keep = (resource: ResourceType, ref: ObjectRef, object: AnyKubeObject): AnyKubeObject => {
    const resourceVersion = `dry-${writes.size}-${written.size}-${versions++}`;
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion } };
    written.set(keyOf(resource, ref), kept);
    return kept;
  };
  let versions = 0;
  const read = (resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined => {
    const key = keyOf(resource, ref);
    return written.has(key) ? written.get(key) : cache.get(resource, ref);
  };
  const refused = (): never => {
    throw new SluiceError('a dry run does not do that');
  };
  return {
    writes,
    client: {
      async get(resource, ref, signal) {
        const kept = written.get(keyOf(resource, ref));
        return kept ?? client.get(resource, ref, signal);
      },
      list: refused,
      watch: refused,
      apply: refused,
      async create(resource, object) {
        const { namespace, name } = object.metadata;
        const ref = namespace === undefined ? { name } : { namespace, name };
        note('create', resource, ref);
        return keep(resource, ref, {
          ...object,
          metadata: { ...object.metadata, uid: `dry-${name}`, generation: 1 },
        });
      },
      async mergePatch(resource, ref, patch, { subresource }, signal) {
        if (subresource !== 'status') note('patch', resource, ref);
        const current = read(resource, ref) ?? (await client.get(resource, ref, signal));
        const merged = applyMergePatch(current, patch) as AnyKubeObject;
        return keep(resource, ref, { ...current, ...merged });
      },
      async delete(resource, ref) {
        note('delete', resource, ref);
        written.set(keyOf(resource, ref), undefined);
      },
    },
    cache: {
      get: read,
      list: (resource, namespace, labels) =>
        cache
          .list(resource, namespace, labels)
          .map(({ metadata: { name } }) => read(resource, { namespace, name }))
          .filter((object) => object !== undefined),
      isSynced: (resource, namespace) => cache.isSynced(resource, namespace),
      remember: () => undefined,
    },
  };
}

const placeOf = ({ namespace, name }: ObjectRef): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

const keyOf = ({ group, plural }: ResourceType, ref: ObjectRef): string =>
  `${group}/${plural}/${placeOf(ref)}`;
