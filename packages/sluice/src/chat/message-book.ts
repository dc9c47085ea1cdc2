import { configMaps } from '@sluice/kube/objects/resources.ts';
import { isConflict, isNotFound } from '@sluice/kube/objects/kube-error.ts';
import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { MessageRef, PlatformName } from './platform.ts';
import type { KnownApproval } from './message.ts';

/** One message that was posted. */
export interface MessageRecord extends KnownApproval {
  readonly chat: PlatformName;
  /** uid of the Canary. */
  readonly uid: string;
  readonly ref: MessageRef;
  /** An earlier message of the approval whose buttons are still to be taken away. */
  readonly earlier?: MessageRef;
  /** Hash of what the message shows. */
  readonly shown: string;
  readonly remindedAt?: string;
  /** RFC 3339 time of the post. */
  readonly at: string;
  /** Whether it may have to be edited again. */
  readonly isOpen: boolean;
}

export interface MessageBook {
  /** Reads what an earlier process posted. Rejects with `KubeError`. */
  load(signal: AbortSignal): Promise<void>;
  get(chat: PlatformName, approval: string): MessageRecord | undefined;
  /** Of any chat. */
  find(approval: string): MessageRecord | undefined;
  all(): readonly MessageRecord[];
  /** Keeps a record; it counts at once. `save` makes it last. */
  put(record: MessageRecord): void;
  /** Writes what is not written yet. Rejects with `KubeError`; nothing is lost then. */
  save(signal: AbortSignal): Promise<void>;
}

/** Records kept: some 500 bytes each, and a ConfigMap holds 1 MiB. */
const mostRecords = 200;

const keyOf = ({ chat, id }: Pick<MessageRecord, 'chat' | 'id'>): string => `${chat}.${id}`;

/** Keeps records in memory and in one ConfigMap, so that a restart edits messages instead of posting them again. */
export function createMessageBook(client: KubeClient, ref: ObjectRef): MessageBook {
  const records = new Map<string, MessageRecord>();
  /** Keys of which the ConfigMap does not have the present state. */
  const unsaved = new Set<string>();
  let saving: Promise<void> = Promise.resolve();
  return {
    async load(signal) {
      for (const record of await read(client, ref, signal)) records.set(keyOf(record), record);
    },
    get: (chat, id) => records.get(keyOf({ chat, id })),
    find: (id) => [...records.values()].find((record) => record.id === id),
    all: () => [...records.values()],
    put(record) {
      records.set(keyOf(record), record);
      unsaved.add(keyOf(record));
      // guard: posted-messages-are-bounded
      while (records.size > mostRecords) unsaved.add(dropOldest(records));
    },
    save(signal) {
      // One after the other, whatever the one before came to: each writes all that is unsaved then.
      saving = saving.catch(() => undefined).then(() => write(client, ref, { records, unsaved }, signal));
      return saving;
    },
  };
}

/** Messages that need no edit go first. Answers the key. */
function dropOldest(records: Map<string, MessageRecord>): string {
  const oldest = [...records].reduce((best, one) => (isBefore(one[1], best[1]) ? one : best));
  records.delete(oldest[0]);
  return oldest[0];
}

const isBefore = (one: MessageRecord, other: MessageRecord): boolean =>
  one.isOpen === other.isOpen ? one.at < other.at : !one.isOpen;

async function read(
  client: KubeClient,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<readonly MessageRecord[]> {
  try {
    const map = await client.get(configMaps, ref, signal);
    return Object.values(asRecord(map['data'])).flatMap((text) => parse(text) ?? []);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

async function write(
  client: KubeClient,
  ref: ObjectRef,
  {
    records,
    unsaved,
  }: { readonly records: ReadonlyMap<string, MessageRecord>; readonly unsaved: Set<string> },
  signal: AbortSignal,
): Promise<void> {
  if (unsaved.size === 0) return;
  const texts = [...unsaved].map((key) => [key, textOf(records.get(key))] as const);
  await patchOrCreate(client, ref, Object.fromEntries(texts), signal);
  // What was put meanwhile is written by the next call.
  for (const [key, text] of texts) if (textOf(records.get(key)) === text) unsaved.delete(key);
}

const textOf = (record: MessageRecord | undefined): string | null =>
  record === undefined ? null : JSON.stringify(record);

async function patchOrCreate(
  client: KubeClient,
  ref: ObjectRef,
  data: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await client.mergePatch(configMaps, ref, { data }, {}, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref };
    try {
      await client.create(configMaps, { ...object, data: withoutNulls(data) }, signal);
    } catch (refused) {
      if (!isConflict(refused)) throw refused;
      await client.mergePatch(configMaps, ref, { data }, {}, signal);
    }
  }
}

const withoutNulls = (data: Readonly<Record<string, string | null>>) =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));

/** A record as it was written; undefined for anything else that somebody put there. */
function parse(text: unknown): MessageRecord | undefined {
  let json: Readonly<Record<string, unknown>>;
  try {
    json = asRecord(JSON.parse(asText(text) ?? ''));
  } catch {
    return undefined;
  }
  const ref = refOf(json['ref']);
  const earlier = refOf(json['earlier']);
  const remindedAt = asText(json['remindedAt']);
  const texts = ['id', 'namespace', 'name', 'gate', 'chat', 'uid', 'shown', 'at'].map((field) =>
    asText(json[field]),
  );
  if (ref === undefined || texts.includes(undefined)) return undefined;
  const [id = '', namespace = '', name = '', gate = '', chat = '', uid = '', shown = '', at = ''] = texts;
  return {
    id,
    namespace,
    name,
    gate,
    uid,
    shown,
    at,
    ref,
    chat: chat as PlatformName,
    ...(earlier === undefined ? {} : { earlier }),
    ...(remindedAt === undefined ? {} : { remindedAt }),
    isOpen: json['isOpen'] === true,
  };
}

function refOf(value: unknown): MessageRef | undefined {
  const { channel, id } = asRecord(value);
  return typeof channel === 'string' && typeof id === 'string' ? { channel, id } : undefined;
}
