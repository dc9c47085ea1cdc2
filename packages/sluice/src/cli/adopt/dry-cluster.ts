import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { placeOf, refOf } from '@sluice/kube/objects/object-ref.ts';
import { applyMergePatch } from '@sluice/lib/json/merge.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

/** A cluster that is read and not written: writes are kept in memory, and read back from there. */
export interface DryCluster {
  readonly client: KubeClient;
  readonly cache: KubeCache;
  /** Such as `patch Service test/podinfo`; each write once, in order. */
  readonly writes: ReadonlySet<string>;
}

export function createDryCluster(client: Pick<KubeClient, 'get'>, cache: KubeCache): DryCluster {
  const paper = createPaper(cache);
  return { writes: paper.writes, client: clientOn(paper, client), cache: cacheOn(paper, cache) };
}

/** The writes of a dry run, on top of the caches. */
interface Paper {
  readonly writes: ReadonlySet<string>;
  note(verb: string, resource: ResourceType, ref: ObjectRef): void;
  keep(resource: ResourceType, ref: ObjectRef, object: AnyKubeObject): AnyKubeObject;
  /** Records a deletion. */
  drop(resource: ResourceType, ref: ObjectRef): void;
  written(resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined;
  read(resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined;
}

function createPaper(cache: KubeCache): Paper {
  const written = new Map<string, AnyKubeObject | undefined>();
  const writes = new Set<string>();
  let versions = 0;
  return {
    writes,
    note: (verb, resource, ref) => void writes.add(`${verb} ${resource.kind} ${placeOf(ref)}`),
    keep(resource, ref, object) {
      const resourceVersion = `dry-${(versions += 1)}`;
      const kept = { ...object, metadata: { ...object.metadata, resourceVersion } };
      written.set(keyOf(resource, ref), kept);
      return kept;
    },
    drop: (resource, ref) => void written.set(keyOf(resource, ref), undefined),
    written: (resource, ref) => written.get(keyOf(resource, ref)),
    read(resource, ref) {
      const key = keyOf(resource, ref);
      return written.has(key) ? written.get(key) : cache.get(resource, ref);
    },
  };
}

const refused = (): never => {
  throw new SluiceError('a dry run does not do that');
};

const clientOn = (paper: Paper, client: Pick<KubeClient, 'get'>): KubeClient => ({
  get: async (resource, ref, signal) => paper.written(resource, ref) ?? client.get(resource, ref, signal),
  list: refused,
  watch: refused,
  apply: refused,
  async create(resource, object) {
    const ref = refOf(object);
    paper.note('create', resource, ref);
    const metadata = { ...object.metadata, uid: `dry-${ref.name}`, generation: 1 };
    return paper.keep(resource, ref, { ...object, metadata });
  },
  async mergePatch(resource, ref, patch, { subresource }, signal) {
    if (subresource !== 'status') paper.note('patch', resource, ref);
    const current = paper.read(resource, ref) ?? (await client.get(resource, ref, signal));
    const merged = applyMergePatch(current, patch) as AnyKubeObject;
    return paper.keep(resource, ref, { ...current, ...merged });
  },
  async delete(resource, ref) {
    paper.note('delete', resource, ref);
    paper.drop(resource, ref);
  },
});

const cacheOn = (paper: Paper, cache: KubeCache): KubeCache => ({
  get: (resource, ref) => paper.read(resource, ref),
  list: (resource, namespace, labels) =>
    cache
      .list(resource, namespace, labels)
      .map(({ metadata: { name } }) => paper.read(resource, { namespace, name }))
      .filter((object) => object !== undefined),
  isSynced: (resource, namespace) => cache.isSynced(resource, namespace),
  remember: () => undefined,
  doubt: () => undefined,
});

const keyOf = ({ group, plural }: ResourceType, ref: ObjectRef): string =>
  `${group}/${plural}/${placeOf(ref)}`;
