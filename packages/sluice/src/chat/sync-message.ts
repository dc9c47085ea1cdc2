import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { ApprovalView } from '../view/rollout-view.ts';
import { isAnnounced } from './approval-index.ts';
import type { ButtonTokens } from './button-token.ts';
import { ChatError } from './chat-error.ts';
import { describeApproval, describeAskedAgain, describeGone, gateOf } from './message.ts';
import type { RolloutFacts } from './message.ts';
import type { MessageBook, MessageRecord } from './message-book.ts';
import type { ButtonVerdict, ChatButton, ChatMessage, ChatPlatform } from './platform.ts';

/** A chat, and what makes the tokens of its buttons where it has any. */
export interface Chat {
  readonly platform: ChatPlatform;
  readonly tokens?: ButtonTokens;
}

/** A Canary as people see it; undefined for one that cannot be read. */
export type DescribeCanary = (canary: AnyKubeObject) => RolloutFacts | undefined;

export interface SyncDeps {
  readonly book: MessageBook;
  readonly clock: Clock;
  /** The Canary of an approval that waits. */
  readonly placeOf: (approval: string) => ObjectRef | undefined;
  readonly canaryAt: (ref: ObjectRef) => AnyKubeObject | undefined;
  readonly describe: DescribeCanary;
  /** URL of the console, where it has one. */
  readonly console: string | undefined;
  /** Time after which a button does nothing. */
  readonly buttonsLastMs: number;
}

/**
 * Makes the message of one approval in one chat what it should be: posts it once, edits it when what it shows has changed or
 * `isStale`, posts it again for a reminder. Answers whether it may change again.
 */
export async function syncMessage(
  deps: SyncDeps,
  chat: Chat,
  { id, isStale }: { readonly id: string; readonly isStale: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const { book } = deps;
  // What was posted, but could not be kept: it must be kept before anything else is posted.
  await book.save(signal);
  const record = book.get(chat.platform.name, id);
  const now = lookAt(deps, id, record);
  if (now === 'unreadable') return true;
  if (record === undefined) return postFirst(deps, chat, { id, ...now }, signal);
  if (!record.isOpen && record.earlier === undefined) return false;
  const message = messageOf(deps, chat, record, now);
  await closeEarlier(deps, chat, record, message, signal);
  const latest = book.get(chat.platform.name, id) ?? record;
  const isWaiting = now.approval?.state === 'waiting';
  const remindedAt = isWaiting ? now.approval?.remindedAt : undefined;
  if (remindedAt !== undefined && remindedAt !== latest.remindedAt)
    await remind(deps, chat, { record: latest, message, remindedAt }, signal);
  else await change(deps, chat, { record: latest, message, isWaiting, isStale }, signal);
  return isWaiting;
}

interface Now {
  /** Undefined when the Canary has gone. */
  readonly rollout: RolloutFacts | undefined;
  readonly approval: ApprovalView | undefined;
}

function lookAt(deps: SyncDeps, id: string, record: MessageRecord | undefined): Now | 'unreadable' {
  const ref = deps.placeOf(id) ?? record;
  const canary = ref === undefined ? undefined : deps.canaryAt(ref);
  const isSame = record === undefined || record.uid === canary?.metadata.uid;
  if (canary === undefined || !isSame) return { rollout: undefined, approval: undefined };
  const rollout = deps.describe(canary);
  if (rollout === undefined) return 'unreadable';
  return { rollout, approval: rollout.approvals.find((one) => one.id === id && isAnnounced(one.type)) };
}

async function postFirst(
  deps: SyncDeps,
  chat: Chat,
  { id, rollout, approval }: Now & { readonly id: string },
  signal: AbortSignal,
): Promise<boolean> {
  // guard: only-what-waits-is-announced
  if (rollout === undefined || approval?.state !== 'waiting') return false;
  const { namespace, name, uid } = rollout.metadata;
  const known = { id, namespace, name, uid, gate: gateOf(approval), chat: chat.platform.name };
  const message = messageOf(deps, chat, known, { rollout, approval });
  const ref = await chat.platform.post(message, signal);
  const { remindedAt } = approval;
  deps.book.put({
    ...known,
    ref,
    shown: shownBy(chat, message),
    ...(remindedAt === undefined ? {} : { remindedAt }),
    at: nowText(deps),
    isOpen: true,
  });
  await deps.book.save(signal);
  return true;
}

type Known = Pick<MessageRecord, 'id' | 'namespace' | 'name' | 'uid' | 'gate'>;

function messageOf(deps: SyncDeps, chat: Chat, known: Known, { rollout, approval }: Now): ChatMessage {
  const link =
    deps.console === undefined ? undefined : `${deps.console}/gates/${encodeURIComponent(known.id)}`;
  if (rollout === undefined || approval === undefined) return describeGone(known, rollout, link);
  return describeApproval(rollout, approval, { link, buttons: () => buttonsOf(deps, chat, known, approval) });
}

function buttonsOf(
  { clock, buttonsLastMs }: SyncDeps,
  { platform, tokens }: Chat,
  { uid, id }: Known,
  { deadline }: ApprovalView,
): readonly ChatButton[] {
  if (tokens === undefined || !platform.takesClicks) return [];
  const until = deadline === undefined ? NaN : Date.parse(deadline);
  const last = clock.now() + buttonsLastMs;
  const expiresAt = Number.isNaN(until) ? last : Math.min(until, last);
  const button = (verdict: ButtonVerdict, label: string): ChatButton => ({
    verdict,
    label,
    token: tokens.make({ uid, approval: id, verdict }, expiresAt),
  });
  return [button('approve', 'Approve'), button('reject', 'Reject')];
}

/** A chat whose messages cannot be edited gets a second message, and so only for what is news. */
const shownBy = ({ platform }: Chat, message: ChatMessage): string =>
  hashJson(platform.edits ? { ...message, buttons: [] } : message.title);

const nowText = ({ clock }: SyncDeps): string => new Date(clock.now()).toISOString();

interface Change {
  readonly record: MessageRecord;
  readonly message: ChatMessage;
}

async function change(
  deps: SyncDeps,
  chat: Chat,
  {
    record,
    message,
    isWaiting,
    isStale,
  }: Change & { readonly isWaiting: boolean; readonly isStale: boolean },
  signal: AbortSignal,
): Promise<void> {
  const shown = shownBy(chat, message);
  // guard: an-edit-shows-something-new
  if (shown === record.shown && !(isStale && chat.platform.edits) && isWaiting) return;
  const isThere = await editIfThere(chat, record.ref, message, signal);
  // A message that somebody deleted is not posted again.
  deps.book.put({ ...record, shown, isOpen: isWaiting && isThere });
  await deps.book.save(signal);
}

/** The reminder comes first: between the two calls there are rather two messages than none. */
async function remind(
  deps: SyncDeps,
  chat: Chat,
  { record, message, remindedAt }: Change & { readonly remindedAt: string },
  signal: AbortSignal,
): Promise<void> {
  const ref = await chat.platform.post(message, signal);
  const next: MessageRecord = {
    ...record,
    ref,
    shown: shownBy(chat, message),
    at: nowText(deps),
    remindedAt,
    ...(chat.platform.edits ? { earlier: record.ref } : {}),
  };
  deps.book.put(next);
  await deps.book.save(signal);
  await closeEarlier(deps, chat, next, message, signal);
}

/** Takes the buttons off the message that a reminder replaced. */
async function closeEarlier(
  deps: SyncDeps,
  chat: Chat,
  { earlier, ...record }: MessageRecord,
  message: ChatMessage,
  signal: AbortSignal,
): Promise<void> {
  if (earlier === undefined) return;
  await editIfThere(chat, earlier, describeAskedAgain(message), signal);
  deps.book.put(record);
  await deps.book.save(signal);
}

/** False when the message is not there any more. */
async function editIfThere(
  { platform }: Chat,
  ref: MessageRecord['ref'],
  message: ChatMessage,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await platform.edit(ref, message, signal);
    return true;
  } catch (error) {
    if (error instanceof ChatError && error.isGone) return false;
    throw error;
  }
}
