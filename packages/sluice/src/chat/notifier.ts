import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { createBackOff } from '@sluice/lib/time/back-off.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { createApprovalIndex } from './approval-index.ts';
import { createChatLane } from './chat-lane.ts';
import type { ChatLane } from './chat-lane.ts';
import type { MessageBook, MessageRecord } from './message-book.ts';
import { syncMessage } from './sync-message.ts';
import type { Chat, DescribeCanary, SyncDeps } from './sync-message.ts';

/** The Canaries, as an informer has them. */
export interface CanarySource {
  get(ref: ObjectRef): AnyKubeObject | undefined;
  /** Reports each change, and from now on each Canary that is found. The answer ends it. */
  onChange(listener: (ref: ObjectRef) => void): () => void;
  /** Resolves once all Canaries that exist were reported. */
  readonly synced: Promise<unknown>;
}

export interface NotifierDeps {
  readonly chats: readonly Chat[];
  readonly canaries: CanarySource;
  readonly describe: DescribeCanary;
  readonly book: MessageBook;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
  /** URL of the console without a slash at its end; undefined: messages have no link. */
  readonly console: string | undefined;
  readonly buttonsLastMs: number;
}

export interface Notifier {
  /** Gives the message of an approval new buttons, in every chat. */
  refresh(approval: string): void;
  /** The Canary of an approval that waits, or whose message is remembered. */
  placeOf(approval: string): ObjectRef | undefined;
  /** Whether Canaries and earlier messages are known. */
  isReady(): boolean;
  /** Chats that do not work, and why. */
  problems(): readonly string[];
  stop(): Promise<void>;
}

const loadRange = { firstMs: 500, maxMs: 30_000 };

/**
 * Posts one message for each approval that starts to wait, in every chat, and edits it as the approval changes. Works from
 * creation until `stop`; until it has read what an earlier process posted it posts nothing.
 */
export function createNotifier(deps: NotifierDeps): Notifier {
  const { canaries, book, log } = deps;
  const stopped = new AbortController();
  const index = createApprovalIndex();
  const lanes = deps.chats.map((chat) => startLane(deps, chat, (id) => index.get(id)));
  const wake = (ids: Iterable<string>): void => {
    for (const id of ids) for (const { lane } of lanes) lane.add(id);
  };
  let isReady = false;
  const unsubscribe = canaries.onChange((ref) => {
    const before = index.idsOf(ref);
    if (!index.update(ref, canaries.get(ref)))
      log.warn('too many approvals wait: not all are announced', { canary: `${ref.namespace}/${ref.name}` });
    if (isReady) wake(new Set([...before, ...index.idsOf(ref), ...openIdsOf(book, ref)]));
  });
  // Before all Canaries are known, one that is missing would look deleted.
  void Promise.all([load(deps, stopped.signal), canaries.synced]).then(() => {
    isReady = true;
    wake(new Set([...index.ids(), ...book.all().flatMap((one) => (needsLook(one) ? one.id : []))]));
  });
  return {
    refresh(approval) {
      for (const { stale, lane } of lanes) {
        stale.add(approval);
        lane.add(approval);
      }
    },
    placeOf: (approval) => index.get(approval) ?? book.find(approval),
    isReady: () => isReady,
    problems: () =>
      lanes.flatMap(({ name, lane }) => (lane.problem === undefined ? [] : `${name}: ${lane.problem}`)),
    async stop() {
      stopped.abort();
      unsubscribe();
      await Promise.all(lanes.map(({ lane }) => lane.stop()));
    },
  };
}

interface NamedLane {
  readonly name: string;
  readonly lane: ChatLane;
  /** Approvals whose message needs new buttons. */
  readonly stale: Set<string>;
}

function startLane(deps: NotifierDeps, chat: Chat, placeOf: SyncDeps['placeOf']): NamedLane {
  const { book, clock, random, log, describe, canaries } = deps;
  const stale = new Set<string>();
  const options: SyncDeps = {
    book,
    clock,
    describe,
    placeOf,
    canaryAt: (ref) => canaries.get(ref),
    console: deps.console,
    buttonsLastMs: deps.buttonsLastMs,
  };
  const sync = async (id: string, signal: AbortSignal): Promise<boolean> => {
    const mayChange = await syncMessage(options, chat, { id, isStale: stale.has(id) }, signal);
    stale.delete(id);
    return mayChange;
  };
  const lane = createChatLane({ platform: chat.platform, clock, random, log, sync });
  return { name: chat.platform.name, lane, stale };
}

const needsLook = ({ isOpen, earlier }: MessageRecord): boolean => isOpen || earlier !== undefined;

const openIdsOf = (book: MessageBook, { namespace, name }: ObjectRef): readonly string[] =>
  book
    .all()
    .filter((record) => needsLook(record) && record.namespace === namespace && record.name === name)
    .map(({ id }) => id);

/** Reads the book, however long that takes: posting without it would post twice. */
async function load({ book, clock, random, log }: NotifierDeps, signal: AbortSignal): Promise<void> {
  const wait = createBackOff(loadRange, random);
  while (!signal.aborted) {
    try {
      await book.load(signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      log.warn('what was posted before cannot be read; nothing is posted until then', {
        error: describeError(error),
      });
      await sleep(clock, wait.next(), signal);
    }
  }
}
