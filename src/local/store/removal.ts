import type { AnyKubeObject, OwnerReference } from '../../api/kube-object.ts';
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

/** How objects go: finalizers, graceful pods, owned objects, the content of namespaces and of definitions. */
export interface Removal {
  remove(kind: ServedKind, object: AnyKubeObject, options: DeleteOptions): void;
  /** After a write that may have taken the last finalizer off. */
  finishIfReleased(kind: ServedKind, object: AnyKubeObject): void;
  /** An object whose owners are all gone goes too, as the real collector sees to in the background. */
  collectIfOrphaned(kind: ServedKind, object: AnyKubeObject): void;
}

const foreground = 'foregroundDeletion';

export function createRemoval({ table, kinds, now, commit, drop }: RemovalParts): Removal {
  const current = (entry: Entry): AnyKubeObject | undefined =>
    table.byUid(entry.object.metadata.uid ?? '')?.object;

  const removeEntry = (entry: Entry): void => {
    const object = current(entry);
    if (object !== undefined) remove(entry.kind, object, {});
  };

  const mark = (
    kind: ServedKind,
    object: AnyKubeObject,
    grace: number,
    finalizers?: readonly string[],
  ): AnyKubeObject => {
    const { metadata } = object;
    const status = kind.resource.plural === 'namespaces' ? { status: { phase: 'Terminating' } } : {};
    const marked = {
      ...metadata,
      deletionTimestamp: timestamp(now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
      ...(finalizers === undefined ? {} : { finalizers }),
    };
    return commit(kind, { ...object, ...status, metadata: marked }, object);
  };

  const collectOwned = (uid: string): void => {
    for (const entry of table.ownedBy(uid)) {
      const object = current(entry);
      if (object === undefined) continue;
      const owners = object.metadata.ownerReferences ?? [];
      const left = owners.filter((owner) => owner.uid !== uid && table.byUid(owner.uid) !== undefined);
      if (left.length === 0) remove(entry.kind, object, {});
      else commit(entry.kind, withOwners(object, left), object);
    }
  };

  const orphanOwned = (uid: string): void => {
    for (const { kind, object } of table.ownedBy(uid)) {
      const left = object.metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
      commit(kind, withOwners(object, left), object);
    }
  };

  const finish = (kind: ServedKind, object: AnyKubeObject): void => {
    drop(kind, object);
    collectOwned(object.metadata.uid ?? '');
    for (const owner of object.metadata.ownerReferences ?? []) releaseForeground(owner.uid);
    if (object.metadata.namespace !== undefined) finishNamespace(object.metadata.namespace);
  };

  const releaseForeground = (uid: string): void => {
    const owner = table.byUid(uid);
    if (!owner?.object.metadata.finalizers?.includes(foreground) || table.ownedBy(uid).length > 0) return;
    const finalizers = owner.object.metadata.finalizers.filter((finalizer) => finalizer !== foreground);
    const object = { ...owner.object, metadata: { ...owner.object.metadata, finalizers } };
    finishIfReleased(owner.kind, commit(owner.kind, object, owner.object));
  };

  const finishNamespace = (name: string): void => {
    const kind = kinds.find('', 'namespaces');
    const namespace = kind && table.get(kind, { name });
    if (!namespace?.metadata.deletionTimestamp || table.inNamespace(name).length > 0) return;
    finishIfReleased(kind!, namespace);
  };

  const contentOf = (kind: ServedKind, object: AnyKubeObject): readonly Entry[] => {
    if (kind.resource.plural === 'namespaces') return table.inNamespace(object.metadata.name);
    if (kind.resource.plural !== 'customresourcedefinitions') return [];
    const spec = objectAt(object, 'spec');
    const custom = kinds.find(textAt(spec, 'group'), textAt(objectAt(spec, 'names'), 'plural'));
    if (custom?.custom === undefined) return [];
    return table.list(custom, undefined).map((item) => ({ kind: custom, object: item }));
  };

  const finishIfReleased = (kind: ServedKind, object: AnyKubeObject): void => {
    const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
    if (deletionTimestamp === undefined || finalizers.length > 0 || deletionGracePeriodSeconds > 0) return;
    if (contentOf(kind, object).length === 0) finish(kind, object);
  };

  const remove = (kind: ServedKind, object: AnyKubeObject, options: DeleteOptions): void => {
    checkPreconditions(kind, object, options);
    if (options.dryRun === true) return;
    const uid = object.metadata.uid ?? '';
    if (options.propagationPolicy === 'Orphan') orphanOwned(uid);
    const waitsForOwned = options.propagationPolicy === 'Foreground' && table.ownedBy(uid).length > 0;
    const grace = graceOf(kind, object, options.gracePeriodSeconds);
    const finalizers = object.metadata.finalizers ?? [];
    const content = contentOf(kind, object);
    if (grace === 0 && finalizers.length === 0 && content.length === 0 && !waitsForOwned) {
      finish(kind, object);
      return;
    }
    const held = waitsForOwned && !finalizers.includes(foreground) ? [...finalizers, foreground] : undefined;
    const known = object.metadata.deletionGracePeriodSeconds;
    const unchanged =
      object.metadata.deletionTimestamp !== undefined && known !== undefined && known <= grace;
    if (!unchanged || held !== undefined) mark(kind, object, grace, held);
    for (const entry of content) removeEntry(entry);
    if (waitsForOwned) collectOwnedOf(uid);
    const left = table.byUid(uid);
    if (left !== undefined) finishIfReleased(kind, left.object);
  };

  const collectOwnedOf = (uid: string): void => {
    for (const entry of table.ownedBy(uid)) removeEntry(entry);
    releaseForeground(uid);
  };

  return {
    remove,
    finishIfReleased,
    collectIfOrphaned(kind, object) {
      const owners = object.metadata.ownerReferences ?? [];
      if (owners.length === 0 || owners.some((owner) => table.byUid(owner.uid) !== undefined)) return;
      remove(kind, object, {});
    },
  };
}

function withOwners(object: AnyKubeObject, ownerReferences: readonly OwnerReference[]): AnyKubeObject {
  const { ownerReferences: _old, ...metadata } = object.metadata;
  return { ...object, metadata: ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences } };
}

/** A bound, living pod is the kubelet's to end; everything else goes at once. In seconds. */
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
