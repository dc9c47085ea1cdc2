import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { requestDecision } from '../people/request-decision.ts';
import type { DecisionAnswer } from '../people/request-decision.ts';
import type { User } from '../people/who-am-i.ts';
import type { ApprovalView } from '../view/rollout-view.ts';
import { isAnnounced } from './approval-index.ts';
import type { ReadToken } from './button-token.ts';
import type { ClickLimit } from './click-limit.ts';
import { gateOf } from './message.ts';
import type { Click, PlatformName } from './platform.ts';
import type { Chat, DescribeCanary } from './sync-message.ts';
import type { UsedButtons } from './used-buttons.ts';

export interface ClickDeps {
  /** The Kubernetes user of a chat user; undefined when nobody mapped it. */
  readonly userOf: (chat: PlatformName, chatUser: string) => User | undefined;
  /** A client that acts in the name of the user. */
  readonly clientFor: (user: User) => KubeClient;
  readonly placeOf: (approval: string) => ObjectRef | undefined;
  readonly canaryAt: (ref: ObjectRef) => AnyKubeObject | undefined;
  readonly describe: DescribeCanary;
  /** Gives the message of an approval new buttons. */
  readonly refresh: (approval: string) => void;
  readonly used: UsedButtons;
  readonly limit: ClickLimit;
  readonly clock: Clock;
  readonly log: Log;
}

/** Time for the decision, with the 5 s in which the controller takes it. */
const deadlineMs = 15_000;
const chatReason = 'rejected in chat';
const noReason = 'This needs a reason, which cannot be given here: open the page by "Review".';
const gone = 'This approval is not asked any more: nothing was changed.';

/**
 * Makes a decision of a click, in the name of the Kubernetes user that the chat user is mapped to, and tells the user what
 * became of it. Never rejects: what cannot be told is logged.
 */
export async function decideClick(
  deps: ClickDeps,
  chat: Chat,
  click: Click,
  signal: AbortSignal,
): Promise<void> {
  const { log } = deps;
  const { name } = chat.platform;
  try {
    const text = await decide(deps, chat, click, signal);
    if (text !== undefined) await chat.platform.reply(click, text, signal);
  } catch (error) {
    if (!signal.aborted)
      log.warn('a click could not be answered', { chat: name, error: describeError(error) });
  }
}

/** The text for the user; undefined when there is nothing to say yet. */
async function decide(
  deps: ClickDeps,
  chat: Chat,
  click: Click,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { name } = chat.platform;
  const user = deps.userOf(name, click.user);
  // guard: chat-users-are-limited
  if (!deps.limit.take(user === undefined ? `${name} unmapped` : `${name} ${click.user}`))
    return user === undefined ? undefined : 'Too many clicks: wait a minute. Nothing was changed.';
  // guard: only-mapped-users-decide
  if (user === undefined) {
    deps.log.info('click of a user who is not mapped', { chat: name, user: click.user });
    return `You are not mapped to a Kubernetes user, so nothing was changed. Ask an administrator to add ${click.user} to users.${name}.`;
  }
  const found = find(deps, chat, click);
  if (typeof found === 'string') return found;
  const refusal = refusalOf(deps, found, user);
  if (refusal !== undefined) return refusal;
  const lacksReason = click.reason === undefined && needsReason(found);
  if (lacksReason && (chat.platform.askReason !== undefined || found.read.verdict === 'approve'))
    return ask(deps, chat, click, found, signal);
  return write(deps, { chat: name, click, found, user }, signal);
}

/** Opens the dialog for a reason. A text where a reason cannot be given. */
async function ask(
  { log }: ClickDeps,
  { platform }: Chat,
  click: Click,
  found: Found,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    if (platform.askReason === undefined) return noReason;
    await platform.askReason(click, titleOf(found), signal);
    return undefined;
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn('the dialog for a reason did not open', { chat: platform.name, error: describeError(error) });
    return noReason;
  }
}

interface Found {
  readonly ref: ObjectRef;
  readonly read: ReadToken;
  readonly approval: ApprovalView;
}

/** The approval of a button that is genuine; else a text for the user. */
function find(deps: ClickDeps, { platform, tokens }: Chat, { token }: Click): Found | string {
  const read = tokens?.read(token);
  const ref = read === undefined ? undefined : deps.placeOf(read.approval);
  const canary = ref === undefined ? undefined : deps.canaryAt(ref);
  if (tokens === undefined || read === undefined || ref === undefined || canary === undefined) return gone;
  // guard: a-button-decides-its-own-approval-only
  if (!tokens.isGenuine(read, canary.metadata.uid ?? '')) {
    deps.log.warn('a click with a token that was not made here', {
      chat: platform.name,
      approval: read.approval,
    });
    return gone;
  }
  const approval = deps
    .describe(canary)
    ?.approvals.find(({ id, type }) => id === read.approval && isAnnounced(type));
  const { namespace, name } = canary.metadata;
  return approval === undefined
    ? gone
    : { ref: { ...(namespace === undefined ? {} : { namespace }), name }, read, approval };
}

/** Why the button does nothing any more. */
function refusalOf(deps: ClickDeps, { read, approval }: Found, user: User): string | undefined {
  const { state, votes = [] } = approval;
  if (state !== 'waiting') {
    const by = votes.at(-1)?.by;
    return `${gateOf(approval)} is ${state} already${by === undefined ? '' : `, by ${by}`}: nothing was changed.`;
  }
  // guard: a-user-presses-a-button-once
  if (votes.some(({ by }) => by === user.name)) return 'You have answered already: nothing was changed.';
  // guard: buttons-expire
  if (deps.clock.now() >= read.expiresAt) {
    deps.refresh(approval.id);
    return 'This button has expired, and nothing was changed. The message has new ones in a moment.';
  }
  return undefined;
}

/** The controller refuses a rejection without a reason, and an approval where its hook asks for one. */
const needsReason = ({ read, approval }: Found): boolean =>
  read.verdict === 'reject' || approval.reasonRequired;

const titleOf = ({ read, approval }: Found): string =>
  `${read.verdict === 'approve' ? 'Approve' : 'Reject'} ${gateOf(approval)}: ${approval.question}`;

interface Writing {
  readonly chat: PlatformName;
  readonly click: Click;
  readonly found: Found;
  readonly user: User;
}

async function write(deps: ClickDeps, writing: Writing, signal: AbortSignal): Promise<string> {
  const { chat, click, found, user } = writing;
  const { read, ref, approval } = found;
  // guard: a-click-counts-once
  if (!deps.used.take(user.name, click.token)) return 'This click was taken already: nothing was changed.';
  const fields = {
    chat,
    user: user.name,
    verb: read.verdict,
    approval: approval.id,
    canary: `${ref.namespace}/${ref.name}`,
  };
  const wanted = {
    verb: read.verdict,
    for: approval.id,
    reason: click.reason ?? reasonOf(found),
    via: chat,
  } as const;
  const overdue = (): SluiceError =>
    new SluiceError(`the API server did not answer within ${deadlineMs / 1000} s`);
  try {
    const { clock } = deps;
    const answer = await withDeadline({ clock, ms: deadlineMs, signal, overdue }, (bounded) =>
      requestDecision({ client: deps.clientFor(user), clock }, ref, wanted, user, bounded),
    );
    deps.log.info('decision by chat', {
      ...fields,
      result: answer.kind === 'recorded' ? answer.decision.result : answer.kind,
    });
    return textOf(answer, found);
  } catch (error) {
    deps.used.giveBack(user.name, click.token);
    if (signal.aborted) throw error;
    const why = describeError(error);
    deps.log.warn('decision by chat was not written', { ...fields, error: why });
    return `Nothing was changed: ${why}`;
  }
}

const reasonOf = ({ read }: Found): string => (read.verdict === 'reject' ? chatReason : '');

function textOf(answer: DecisionAnswer, { read, approval }: Found): string {
  if (answer.kind === 'not-picked-up')
    return 'Recorded, but no controller has taken it yet: look at the page by "Review".';
  const { result, message } = answer.decision;
  if (result !== 'done') return `Refused: ${message}`;
  return `${read.verdict === 'approve' ? 'Approved' : 'Rejected'}: ${gateOf(approval)}. ${message}`;
}
