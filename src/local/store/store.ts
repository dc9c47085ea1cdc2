import type { AnyKubeObject, ObjectRef, ResourceType } from '../../api/kube-object.ts';
import { namespaces } from '../../api/resources.ts';
import type { LocalStore } from '../contracts.ts';
import { createAdmission } from './admission.ts';
import { boundEvents } from './bound-events.ts';
import { createEventStream, storeEvent, type EventListener } from './event-stream.ts';
import { freezeCopy, equalJson } from './json.ts';
import { createKindRegistry, type KindRegistry } from './kind-registry.ts';
import { createRemoval, type DeleteOptions } from './removal.ts';
import { newMetadata, updatedMetadata } from './metadata.ts';
import { createObjectTable, refOf } from './object-table.ts';
import type { ServedKind } from './served-kind.ts';
import { initialStatus } from './initial-status.ts';
import { alreadyExists, badRequest, conflict, forbidden, notFound, unknownPath } from './status-error.ts';
import { inVersion } from './version-view.ts';

export interface StoreOptions {
  readonly now: () => number;
  /** How many events of a kind a watch may start behind; twice as many are kept at most. */
  readonly historyLimit?: number;
  /** How many Events (the kind) are kept. */
  readonly eventLimit?: number;
  /** A virtual address for each Service that asks for one; without it Services get none. */
  readonly allocateClusterIp?: () => string;
}

export interface WriteOptions {
  readonly subresource?: 'status';
  /** Checks everything and answers the would-be object, and changes nothing. */
  readonly dryRun?: boolean;
}

/** What the API server needs beyond `LocalStore`. */
export interface Store extends LocalStore {
  readonly kinds: KindRegistry;
  /** The version of the last change of anything, as lists carry it. */
  resourceVersion(): string;
  create(resource: ResourceType, object: AnyKubeObject, options?: WriteOptions): AnyKubeObject;
  update(resource: ResourceType, object: AnyKubeObject, options?: WriteOptions): AnyKubeObject;
  /**
   * Calls `listener` with each recorded event after `resourceVersion`, then with each as it comes. Throws 410
   * Expired when the start is too old. The answer unsubscribes.
   */
  watch(resource: ResourceType, resourceVersion: string, listener: EventListener): () => void;
  delete(resource: ResourceType, ref: ObjectRef, options?: DeleteOptions): void;
}

/** Kubernetes' objects in memory, with its rules. Two namespaces stand from the start, as in a real cluster. */
export function createStore(options: StoreOptions): Store {
  const kinds = createKindRegistry();
  const table = createObjectTable();
  const events = createEventStream(options.historyLimit ?? 1000);
  const admit = createAdmission(options);
  let version = 0;

  const commit = (kind: ServedKind, object: AnyKubeObject, previous?: AnyKubeObject): AnyKubeObject => {
    const stored = freezeCopy({
      ...object,
      metadata: { ...object.metadata, resourceVersion: `${++version}` },
    });
    table.put(kind, stored);
    if (isDefinition(kind)) kinds.define(stored);
    events.publish(kind.resource, storeEvent(previous ? 'MODIFIED' : 'ADDED', stored, previous));
    return stored;
  };
  const drop = (kind: ServedKind, object: AnyKubeObject): void => {
    const last = freezeCopy({ ...object, metadata: { ...object.metadata, resourceVersion: `${++version}` } });
    table.remove(kind, object);
    if (isDefinition(kind)) kinds.forget(object);
    events.publish(kind.resource, storeEvent('DELETED', last));
  };
  const removal = createRemoval({ table, kinds, now: options.now, commit, drop });

  const kindOf = (resource: ResourceType): ServedKind => {
    const kind = kinds.find(resource.group, resource.plural);
    if (!kind?.versions.includes(resource.version)) throw unknownPath();
    return kind;
  };

  const requireNamespace = (kind: ServedKind, object: AnyKubeObject): void => {
    if (!kind.resource.namespaced) return;
    const name = object.metadata.namespace;
    if (!name) throw badRequest('the object needs a metadata.namespace');
    const found = table.get(kindOf(namespaces), { name });
    if (found === undefined) throw notFound(namespaces, name);
    if (found.metadata.deletionTimestamp !== undefined) {
      const why = `unable to create new content in namespace ${name} because it is being terminated`;
      throw forbidden(kind.resource, object.metadata.name, why);
    }
  };

  const store: Store = {
    kinds,
    resourceVersion: () => `${version}`,
    get(resource, ref) {
      const found = table.get(kindOf(resource), ref);
      return found && inVersion(found, resource);
    },
    list(resource, filter = {}) {
      const wanted = Object.entries(filter.labels ?? {});
      return table
        .list(kindOf(resource), filter.namespace)
        .filter((object) => wanted.every(([key, value]) => object.metadata.labels?.[key] === value))
        .map((object) => inVersion(object, resource));
    },
    create(resource, object, writeOptions = {}) {
      const kind = kindOf(resource);
      requireNamespace(kind, object);
      const metadata = newMetadata(kind, object, options.now());
      const draft = admit(kind, initialStatus(kind, { ...object, metadata }, options.now()));
      if (table.get(kind, refOf(draft)) !== undefined) throw alreadyExists(resource, metadata.name);
      const created = writeOptions.dryRun === true ? freezeCopy(draft) : commit(kind, draft);
      if (writeOptions.dryRun !== true) removal.collectIfOrphaned(kind, created);
      return inVersion(created, resource);
    },
    update(resource, object, writeOptions = {}) {
      const kind = kindOf(resource);
      const { name, uid, resourceVersion } = object.metadata;
      const existing = table.get(kind, refOf(object));
      if (existing === undefined) throw notFound(resource, name);
      if (uid !== undefined && uid !== '' && uid !== existing.metadata.uid) {
        const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${existing.metadata.uid}`;
        throw conflict(resource, name, why);
      }
      if (resourceVersion && resourceVersion !== existing.metadata.resourceVersion)
        throw conflict(resource, name);
      const merged = mergeParts(kind, object, existing, writeOptions.subresource);
      const admitted = admit(kind, { ...merged, metadata: existing.metadata }, existing);
      const draft = {
        ...admitted,
        metadata: updatedMetadata(kind, { ...admitted, metadata: merged.metadata }, existing),
      };
      if (equalJson(draft, existing)) return inVersion(existing, resource);
      if (writeOptions.dryRun === true) return inVersion(freezeCopy(draft), resource);
      const written = commit(kind, draft, existing);
      removal.finishIfReleased(kind, written);
      return inVersion(written, resource);
    },
    delete(resource, ref, deleteOptions = {}) {
      const kind = kindOf(resource);
      const existing = table.get(kind, ref);
      if (existing === undefined) throw notFound(resource, ref.name);
      removal.remove(kind, existing, deleteOptions);
    },
    subscribe: (resource, listener) => events.subscribe(resource, listener),
    watch(resource, resourceVersion, listener) {
      kindOf(resource);
      for (const event of events.since(resource, Number(resourceVersion), version)) listener(event);
      return events.subscribe(resource, listener);
    },
  };
  for (const name of ['default', 'kube-system']) {
    store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  boundEvents(store, options.eventLimit ?? 5000);
  return store;
}

const isDefinition = (kind: ServedKind): boolean => kind.resource.plural === 'customresourcedefinitions';

/** `status` writes touch nothing but the status; others leave it as it is, where the kind has that subresource. */
function mergeParts(
  kind: ServedKind,
  object: AnyKubeObject,
  existing: AnyKubeObject,
  subresource: 'status' | undefined,
): AnyKubeObject {
  if (subresource === 'status') return withStatus(existing, object['status']);
  return kind.status ? withStatus(object, existing['status']) : object;
}

function withStatus(object: AnyKubeObject, status: unknown): AnyKubeObject {
  const { status: _dropped, ...rest } = object;
  const bare: AnyKubeObject = {
    ...rest,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: object.metadata,
  };
  return status === undefined || status === null ? bare : { ...bare, status };
}
