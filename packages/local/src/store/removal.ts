import type { AnyKubeObject, OwnerReference } from '@sluice/kube/objects/kube-object.ts';
import { objectAt, textAt } from './json.ts';
import type { KindRegistry } from './kind-registry.ts';
import { timestamp } from './metadata.ts';
import type { Entry, ObjectTable } from './object-table.ts';
import type { ServedKind } from './served-kind.ts';
import { conflict } from './status-error.ts';

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly dryRun?: boolean;
}

export interface RemovalParts {
  readonly table: ObjectTable;
  readonly kinds: KindRegistry;
  readonly now: () => number;
  readonly commit: (kind: ServedKind, object: AnyKubeObject, previous?: AnyKubeObject) => AnyKubeObject;
  readonly drop: (kind: ServedKind, object: AnyKubeObject) => void;
}

/** Deletes objects: finalizers, graceful pods, owned objects, the content of namespaces and of definitions. */
export interface Removal {
  remove(kind: ServedKind, object: AnyKubeObject, options: DeleteOptions): void;
  /** Called after a write that may have removed the last finalizer. */
  finishIfReleased(kind: ServedKind, object: AnyKubeObject): void;
  /** Deletes an object whose owners are all gone, as the real garbage collector does in the background. */
  collectIfOrphaned(kind: ServedKind, object: AnyKubeObject): void;
}

const foreground = 'foregroundDeletion';

export function createRemoval(parts: RemovalParts): Removal {
  return {
    remove: (kind, object, options) => remove(parts, kind, object, options),
    finishIfReleased: (_kind, object) => finishIfReleased(parts, object.metadata.uid ?? ''),
    collectIfOrphaned(kind, object) {
      const owners = object.metadata.ownerReferences ?? [];
      if (owners.length === 0 || owners.some((owner) => parts.table.byUid(owner.uid) !== undefined)) return;
      remove(parts, kind, object, {});
    },
  };
}

function remove(parts: RemovalParts, kind: ServedKind, object: AnyKubeObject, options: DeleteOptions): void {
  checkPreconditions(kind, object, options);
  if (options.dryRun === true) return;
  const { table } = parts;
  const { uid = '', finalizers = [] } = object.metadata;
  if (options.propagationPolicy === 'Orphan') orphanOwned(parts, uid);
  const waitsForOwned = options.propagationPolicy === 'Foreground' && table.ownedBy(uid).length > 0;
  const grace = graceOf(kind, object, options.gracePeriodSeconds);
  const content = contentOf(parts, kind, object);
  if (grace === 0 && finalizers.length === 0 && content.length === 0 && !waitsForOwned) {
    finish(parts, uid);
    return;
  }
  const held = waitsForOwned && !finalizers.includes(foreground) ? [...finalizers, foreground] : undefined;
  if (!isMarked(object, grace) || held !== undefined) mark(parts, kind, object, grace, held);
  for (const entry of content) removeEntry(parts, entry);
  if (waitsForOwned) {
    for (const entry of table.ownedBy(uid)) removeEntry(parts, entry);
    releaseForeground(parts, uid);
  }
  finishIfReleased(parts, uid);
}

function isMarked({ metadata }: AnyKubeObject, grace: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return deletionGracePeriodSeconds <= grace;
}

function mark(
  { commit, now }: RemovalParts,
  kind: ServedKind,
  object: AnyKubeObject,
  grace: number,
  finalizers: readonly string[] | undefined,
): void {
  const metadata = {
    ...object.metadata,
    deletionTimestamp: timestamp(now() + grace * 1000),
    deletionGracePeriodSeconds: grace,
    ...(finalizers === undefined ? {} : { finalizers }),
  };
  commit(
    kind,
    { ...object, ...(isNamespace(kind) ? { status: { phase: 'Terminating' } } : {}), metadata },
    object,
  );
}

/** Looks entries up again by uid: listeners run within each write, and may have changed or removed them. */
function removeEntry(parts: RemovalParts, entry: Entry): void {
  const current = parts.table.byUid(entry.object.metadata.uid ?? '');
  if (current !== undefined) remove(parts, current.kind, current.object, {});
}

function finishIfReleased(parts: RemovalParts, uid: string): void {
  const entry = parts.table.byUid(uid);
  if (entry === undefined) return;
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = entry.object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0 || deletionGracePeriodSeconds > 0) return;
  if (contentOf(parts, entry.kind, entry.object).length === 0) finish(parts, uid);
}

function finish(parts: RemovalParts, uid: string): void {
  const entry = parts.table.byUid(uid);
  if (entry === undefined) return;
  const { ownerReferences = [], namespace } = entry.object.metadata;
  parts.drop(entry.kind, entry.object);
  collectOwned(parts, uid);
  for (const owner of ownerReferences) releaseForeground(parts, owner.uid);
  if (namespace !== undefined) finishNamespace(parts, namespace);
}

function collectOwned(parts: RemovalParts, uid: string): void {
  for (const { object } of parts.table.ownedBy(uid)) {
    const entry = parts.table.byUid(object.metadata.uid ?? '');
    if (entry === undefined) continue;
    const owners = entry.object.metadata.ownerReferences ?? [];
    const left = owners.filter((owner) => parts.table.byUid(owner.uid) !== undefined);
    if (left.length === 0) remove(parts, entry.kind, entry.object, {});
    else parts.commit(entry.kind, withOwners(entry.object, left), entry.object);
  }
}

function orphanOwned(parts: RemovalParts, uid: string): void {
  for (const { object } of parts.table.ownedBy(uid)) {
    const entry = parts.table.byUid(object.metadata.uid ?? '');
    if (entry === undefined) continue;
    const left = entry.object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
    parts.commit(entry.kind, withOwners(entry.object, left), entry.object);
  }
}

/** Removes the garbage collector's own finalizer from an owner once its last owned object is gone. */
function releaseForeground(parts: RemovalParts, uid: string): void {
  const owner = parts.table.byUid(uid);
  if (!owner?.object.metadata.finalizers?.includes(foreground) || parts.table.ownedBy(uid).length > 0) return;
  const finalizers = owner.object.metadata.finalizers.filter((finalizer) => finalizer !== foreground);
  parts.commit(
    owner.kind,
    { ...owner.object, metadata: { ...owner.object.metadata, finalizers } },
    owner.object,
  );
  finishIfReleased(parts, uid);
}

function finishNamespace(parts: RemovalParts, name: string): void {
  const kind = parts.kinds.find('', 'namespaces');
  const namespace = kind && parts.table.get(kind, { name });
  if (namespace?.metadata.uid !== undefined) finishIfReleased(parts, namespace.metadata.uid);
}

/** Objects to delete before `object`: everything in a namespace, every object of a definition. */
function contentOf(
  { table, kinds }: RemovalParts,
  kind: ServedKind,
  object: AnyKubeObject,
): readonly Entry[] {
  if (isNamespace(kind)) return table.inNamespace(object.metadata.name);
  if (kind.resource.plural !== 'customresourcedefinitions') return [];
  const spec = objectAt(object, 'spec');
  const custom = kinds.find(textAt(spec, 'group'), textAt(objectAt(spec, 'names'), 'plural'));
  if (custom?.custom === undefined) return [];
  return table.list(custom, undefined).map((item) => ({ kind: custom, object: item }));
}

const isNamespace = ({ resource }: ServedKind): boolean =>
  resource.group === '' && resource.plural === 'namespaces';

function withOwners(object: AnyKubeObject, ownerReferences: readonly OwnerReference[]): AnyKubeObject {
  const { ownerReferences: _old, ...metadata } = object.metadata;
  return { ...object, metadata: ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences } };
}

/** Grace period in seconds. The kubelet ends a bound, running pod; everything else is deleted at once. */
function graceOf(kind: ServedKind, object: AnyKubeObject, asked: number | undefined): number {
  if (kind.resource.plural !== 'pods' || kind.resource.group !== '') return 0;
  const spec = objectAt(object, 'spec');
  const phase = textAt(objectAt(object, 'status'), 'phase');
  if (textAt(spec, 'nodeName') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  if (asked !== undefined) return Math.max(0, asked);
  const period = spec['terminationGracePeriodSeconds'];
  return typeof period === 'number' ? Math.max(0, period) : 30;
}

function checkPreconditions(kind: ServedKind, object: AnyKubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata;
  if (options.uid !== undefined && options.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${uid}`;
    throw conflict(kind.resource, name, why);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${options.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
    throw conflict(kind.resource, name, why);
  }
}
