import { refOf } from '@sluice/kube/objects/object-ref.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { namespaces, services } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '../contracts.ts';
import { createAdmission, type Admission } from './admission.ts';
import { boundEvents } from './bound-events.ts';
import { createEventStream, storeEvent, type EventListener, type EventStream } from './event-stream.ts';
import { randomIdentities, type Identities } from './identities.ts';
import type { RecordedEvent } from './history.ts';
import { freezeCopy, equalJson } from './json.ts';
import { createKindRegistry, kindKey, type KindRegistry } from './kind-registry.ts';
import { createRemoval, type DeleteOptions, type Removal } from './removal.ts';
import { newMetadata, refuseMetadata, updatedMetadata } from './metadata.ts';
import { createObjectTable, type ObjectTable } from './object-table.ts';
import type { ServedKind } from './served-kind.ts';
import { createServiceNumbers } from './service-numbers.ts';
import { initialStatus } from './initial-status.ts';
import { alreadyExists, badRequest, conflict, forbidden, notFound, unknownPath } from './status-error.ts';
import { inVersion } from './version-view.ts';

export interface StoreOptions {
  readonly now: () => number;
  /** Events of a kind that a watch may start behind; at most twice as many are kept. */
  readonly historyLimit?: number;
  /** How many Events (the kind) are kept. */
  readonly eventLimit?: number;
  /** Uids and suffixes of generated names; random by default. */
  readonly identities?: Identities;
  /** `10.96`: each Service gets a virtual address of 10.96.0.0/16; without it Services get none. */
  readonly clusterIpPrefix?: string;
}

export interface WriteOptions {
  readonly subresource?: 'status';
  /** Checks the write and returns its result, but stores nothing. */
  readonly dryRun?: boolean;
}

/** `LocalStore` with the additions that the API server needs. */
export interface Store extends LocalStore {
  readonly kinds: KindRegistry;
  /** The version of the last change of any object, as lists carry it. */
  resourceVersion(): string;
  create(resource: ResourceType, object: AnyKubeObject, options?: WriteOptions): AnyKubeObject;
  update(resource: ResourceType, object: AnyKubeObject, options?: WriteOptions): AnyKubeObject;
  /**
   * Calls `listener` with each recorded event after `resourceVersion`, then with each new one. Throws 410 Expired when
   * the start is too old. The returned function unsubscribes.
   */
  watch(resource: ResourceType, resourceVersion: string, listener: EventListener): () => void;
  delete(resource: ResourceType, ref: ObjectRef, options?: DeleteOptions): void;
}

/** Creates a store of objects in memory, by Kubernetes' rules. It starts with two namespaces, like a real cluster. */
export function createStore(options: StoreOptions): Store {
  const state = createState(options);
  const { kinds, table, events } = state;
  const store: Store = {
    kinds,
    resourceVersion: state.version,
    get(resource, ref) {
      const found = table.get(kindOf(state, resource), ref);
      return found && inVersion(found, resource);
    },
    list(resource, filter = {}) {
      const wanted = Object.entries(filter.labels ?? {});
      return table
        .list(kindOf(state, resource), filter.namespace)
        .filter((object) => wanted.every(([key, value]) => object.metadata.labels?.[key] === value))
        .map((object) => inVersion(object, resource));
    },
    create: (resource, object, write = {}) => inVersion(create(state, resource, object, write), resource),
    update: (resource, object, write = {}) => inVersion(update(state, resource, object, write), resource),
    delete(resource, ref, deleteOptions = {}) {
      const kind = kindOf(state, resource);
      const existing = table.get(kind, ref);
      if (existing === undefined) throw notFound(resource, ref.name);
      state.removal.remove(kind, existing, deleteOptions);
    },
    subscribe: (resource, listener) => events.subscribe(resource, listener),
    watch(resource, from, listener) {
      kindOf(state, resource);
      for (const event of events.since(resource, Number(from), Number(state.version()))) listener(event);
      return events.subscribe(resource, listener);
    },
  };
  for (const name of ['default', 'kube-system']) {
    store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  boundEvents(store, options.eventLimit ?? 5000);
  return store;
}

interface State {
  readonly now: () => number;
  readonly identities: Identities;
  readonly kinds: KindRegistry;
  readonly table: ObjectTable;
  readonly events: EventStream;
  readonly admit: Admission;
  readonly removal: Removal;
  readonly version: () => string;
  readonly commit: (kind: ServedKind, object: AnyKubeObject, previous?: AnyKubeObject) => AnyKubeObject;
}

/** Joins the parts. All changes go through `commit` and `drop`, each of which counts one version. */
function createState(options: StoreOptions): State {
  const kinds = createKindRegistry();
  const table = createObjectTable();
  const events = createEventStream(options.historyLimit ?? 1000);
  const numbers = createServiceNumbers(options.clusterIpPrefix);
  let version = 0;
  // Not a subscriber: events may come after the next write, which must know which numbers are taken.
  const publish = (kind: ServedKind, event: RecordedEvent): void => {
    // guard: numbers-are-taken-with-the-write
    if (isService(kind)) numbers.follow(event);
    events.publish(kind.resource, event);
  };
  const numbered = (object: AnyKubeObject, previous?: AnyKubeObject): AnyKubeObject =>
    freezeCopy({ ...object, metadata: { ...object.metadata, resourceVersion: `${++version}` } }, previous);
  const commit: State['commit'] = (kind, object, previous) => {
    const stored = numbered(object, previous);
    table.put(kind, stored);
    if (isDefinition(kind)) kinds.define(stored);
    publish(kind, storeEvent(previous ? 'MODIFIED' : 'ADDED', stored, previous));
    return stored;
  };
  const drop = (kind: ServedKind, object: AnyKubeObject): void => {
    const last = numbered(object, object);
    table.remove(kind, object);
    if (isDefinition(kind)) kinds.forget(object);
    publish(kind, storeEvent('DELETED', last));
  };
  const removal = createRemoval({ table, kinds, now: options.now, commit, drop });
  const admit = createAdmission({ numbers });
  const { now, identities = randomIdentities } = options;
  return { now, identities, kinds, table, events, admit, removal, version: () => `${version}`, commit };
}

function kindOf({ kinds }: State, resource: ResourceType): ServedKind {
  const kind = kinds.of(resource);
  if (!kind?.versions.includes(resource.version)) throw unknownPath();
  return kind;
}

function create(
  state: State,
  resource: ResourceType,
  object: AnyKubeObject,
  write: WriteOptions,
): AnyKubeObject {
  const kind = kindOf(state, resource);
  requireNamespace(state, kind, object);
  const { now, identities } = state;
  const metadata = newMetadata(kind, object, { now: now(), identities });
  const draft = state.admit(kind, initialStatus(kind, { ...object, metadata }, now()));
  if (state.table.get(kind, refOf(draft)) !== undefined) throw alreadyExists(resource, metadata.name);
  if (write.dryRun === true) return freezeCopy(draft);
  const created = state.commit(kind, draft);
  state.removal.collectIfOrphaned(kind, created);
  return created;
}

function requireNamespace(state: State, kind: ServedKind, object: AnyKubeObject): void {
  if (!kind.resource.namespaced) return;
  const name = object.metadata.namespace;
  if (!name) throw badRequest('the object needs a metadata.namespace');
  const found = state.table.get(kindOf(state, namespaces), { name });
  if (found === undefined) throw notFound(namespaces, name);
  if (found.metadata.deletionTimestamp !== undefined) {
    const why = `unable to create new content in namespace ${name} because it is being terminated`;
    throw forbidden(kind.resource, object.metadata.name, why);
  }
}

function update(
  state: State,
  resource: ResourceType,
  object: AnyKubeObject,
  write: WriteOptions,
): AnyKubeObject {
  const kind = kindOf(state, resource);
  const entry = state.table.entry(kind, refOf(object));
  if (entry === undefined) throw notFound(resource, object.metadata.name);
  const existing = entry.object;
  checkSame(resource, object, existing);
  const merged = mergeParts(kind, object, existing, write.subresource);
  const admitted = state.admit(kind, { ...merged, metadata: existing.metadata }, entry);
  const metadata = updatedMetadata(kind, { ...admitted, metadata: merged.metadata }, existing);
  refuseMetadata(kind, metadata, existing.metadata);
  const draft = { ...admitted, metadata };
  if (equalJson(draft, existing)) return existing;
  if (write.dryRun === true) return freezeCopy(draft);
  const written = state.commit(kind, draft, existing);
  state.removal.finishIfReleased(kind, written);
  return written;
}

/** Throws 409 when the written object names another uid or version than the stored one has. */
function checkSame(resource: ResourceType, object: AnyKubeObject, existing: AnyKubeObject): void {
  const { name, uid, resourceVersion } = object.metadata;
  if (uid !== undefined && uid !== '' && uid !== existing.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${existing.metadata.uid}`;
    throw conflict(resource, name, why);
  }
  if (resourceVersion && resourceVersion !== existing.metadata.resourceVersion)
    throw conflict(resource, name);
}

const isService = ({ resource }: ServedKind): boolean => kindKey(resource) === kindKey(services);

const isDefinition = (kind: ServedKind): boolean => kind.resource.plural === 'customresourcedefinitions';

/** A `status` write changes only the status; other writes keep it, where the kind has that subresource. */
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
