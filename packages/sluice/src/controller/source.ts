import type { FieldProblem } from '../api/field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { InformerCache, KindWatch } from '@sluice/kube/cache/informer-cache.ts';
import { sameJson } from '@sluice/lib/json/merge.ts';
import type { ConfigReference } from '../ports/workload.ts';
import { readsOf, referencesOf } from '../rollout/look/reads.ts';
import type { Read, ReadsOptions } from '../rollout/look/reads.ts';

/**
 * The watches that canaries need: only in namespaces with canaries, only of kinds that one of them uses. Watches are shared
 * and end with the last canary that needs them.
 */
export interface Source {
  /** True when everything this canary must read is in the cache; otherwise `onSynced` is called when it is. */
  ensure(key: string, canary: AnyKubeObject, onSynced: () => void): boolean;
  /** Kinds that this canary must read and that are not installed or forbidden, by the field that needs them. */
  problems(canary: AnyKubeObject): readonly FieldProblem[];
  /** The ConfigMaps and Secrets that the pods of its target read, as far as the target is known. */
  referencesOf(canary: AnyKubeObject): readonly ConfigReference[];
  release(key: string): void;
}

/** The reads of a canary, and what they were derived from: they are derived again when one of these changes. */
interface Known {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly serving: unknown;
  readonly references: readonly ConfigReference[];
  /** The kinds that must be listed before a pass. Of the reads no more is kept: there are thousands of canaries. */
  readonly needed: readonly Listed[];
  readonly watches: Map<string, KindWatch>;
}

type Listed = Pick<Read, 'resource' | 'namespace'>;

export interface SourceDeps extends ReadsOptions {
  readonly informers: InformerCache;
  readonly configTracking: boolean;
  /** What a canary reads has changed. */
  readonly onReads?: (key: string, reads: readonly Read[]) => void;
}

export function createSource(deps: SourceDeps): Source {
  const { informers } = deps;
  const known = new Map<string, Known>();
  const referencesNow = (canary: AnyKubeObject): readonly ConfigReference[] =>
    deps.configTracking
      ? referencesOf(canary, (resource, ref) => informers.get(resource, ref), deps.providers)
      : [];
  const isListed = ({ resource, namespace }: Listed): boolean =>
    informers.isSynced(resource, namespace || undefined);

  return {
    ensure(key, canary, onSynced) {
      const { uid, generation } = canary.metadata;
      const references = referencesNow(canary);
      const serving = servingOf(canary);
      const before = known.get(key);
      const now = { uid, generation, references, serving };
      if (before !== undefined && isSame(before, now)) return before.needed.every(isListed);
      const watches = before?.watches ?? new Map<string, KindWatch>();
      const reads = readsOf(canary, references, deps);
      const needed = neededOf(reads);
      known.set(key, { ...now, watches, needed });
      align(informers, watches, reads, onSynced);
      deps.onReads?.(key, reads);
      return needed.every(isListed);
    },
    problems(canary) {
      const reads = readsOf(canary, referencesNow(canary), deps).filter(isNeeded);
      return reads.filter((read) => !isListed(read)).flatMap((read) => problemOf(read, informers));
    },
    referencesOf: referencesNow,
    release(key) {
      // guard: watches-end-with-their-last-canary
      for (const watch of known.get(key)?.watches.values() ?? []) watch.stop();
      known.delete(key);
    },
  };
}

const isNeeded = ({ need }: Read): boolean => need === 'must';

/** Each kind and namespace once. */
const neededOf = (reads: readonly Read[]): readonly Listed[] =>
  [...new Map(reads.filter(isNeeded).map((read) => [watchKey(read), read])).values()].map(
    ({ resource, namespace }) => ({ resource, namespace }),
  );

/** Everything that the reads of a canary are derived from. */
type Origin = Pick<Known, 'uid' | 'generation' | 'serving' | 'references'>;

const isSame = (before: Origin, now: Origin): boolean =>
  now.generation !== undefined &&
  before.uid === now.uid &&
  before.generation === now.generation &&
  sameJson(before.references, now.references) &&
  sameJson(before.serving, now.serving);

function problemOf(
  { resource, namespace, field, value }: Read,
  informers: InformerCache,
): readonly FieldProblem[] {
  const reason = informers.problemOf(resource, namespace || undefined);
  if (reason === undefined) return [];
  const kind = `${resource.kind} of ${resource.group || 'core'}/${resource.version}`;
  return [{ field, value, message: `needs ${kind}: ${reason}` }];
}

/** The recorded names, which may differ from those of the spec. */
function servingOf({ status }: AnyKubeObject): unknown {
  return typeof status === 'object' && status !== null && 'serving' in status ? status.serving : undefined;
}

/** Starts the missing watches and stops those that are no longer needed. */
function align(
  informers: InformerCache,
  watches: Map<string, KindWatch>,
  reads: readonly Read[],
  onSynced: () => void,
): void {
  const wanted = new Map(reads.map((read) => [watchKey(read), read]));
  for (const [id, read] of wanted) if (!watches.has(id)) watches.set(id, begin(informers, read, onSynced));
  for (const [id, watch] of watches) {
    if (wanted.has(id)) continue;
    watches.delete(id);
    watch.stop();
  }
}

function begin(
  informers: InformerCache,
  { resource, namespace, need, metadataOnly }: Read,
  onSynced: () => void,
): KindWatch {
  const scope = namespace === '' ? {} : { namespace };
  const watch = informers.watchKind(resource, { ...scope, metadataOnly: metadataOnly === true });
  watch.synced.then(onSynced, onSynced);
  if (need === 'if-installed')
    watch.synced.then(
      (isThere) => isThere || watch.stop(),
      () => watch.stop(),
    );
  return watch;
}

const watchKey = ({ resource, namespace, need }: Read): string =>
  `${resource.group}/${resource.version}/${resource.plural}/${namespace}${need === 'if-installed' ? '?' : ''}`;
