import { printable } from '@sluice/lib/text/printable.ts';
import type { Vote } from '../api/decision-status.ts';
import type { ApprovalView, RolloutView } from '../view/rollout-view.ts';
import type { ChatButton, ChatFact, ChatMessage } from './platform.ts';

/** What a message needs to know of a rollout. */
export type RolloutFacts = Pick<
  RolloutView,
  'metadata' | 'images' | 'traffic' | 'checks' | 'approvals' | 'decisions' | 'run'
>;

/** What is known of an approval after its Canary or run has gone. */
export interface KnownApproval {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  /** Name and type of its hook. */
  readonly gate: string;
}

export interface MessageOptions {
  /** Page of the approval. */
  readonly link: string | undefined;
  /** Made only while it waits. */
  readonly buttons: () => readonly ChatButton[];
}

const longestText = 500;
/** Votes shown; an approval may need ten. */
const mostVotes = 10;

const line = (text: string): string => {
  const shown = printable(text);
  return shown.length <= longestText ? shown : `${shown.slice(0, longestText - 1)}…`;
};

const titles: Readonly<Record<string, readonly [icon: string, verb: string]>> = {
  waiting: ['◷', 'waits for'],
  approved: ['✔', 'approved:'],
  rejected: ['✖', 'rejected:'],
  expired: ['!', 'expired:'],
};

/** `promote (confirm-promotion)` */
export const gateOf = ({ hook, type }: Pick<ApprovalView, 'hook' | 'type'>): string =>
  hook === type ? type : `${hook} (${type})`;

/** The message about an approval that the status has. */
export function describeApproval(
  rollout: RolloutFacts,
  approval: ApprovalView,
  { link, buttons }: MessageOptions,
): ChatMessage {
  const { namespace, name } = rollout.metadata;
  const [icon, verb] = titles[approval.state] ?? ['○', `${approval.state}:`];
  const isWaiting = approval.state === 'waiting';
  return {
    about: { approval: approval.id, namespace, name },
    title: line(`${icon} ${namespace}/${name} ${verb} ${gateOf(approval)}`),
    question: isWaiting ? line(approval.question) : '',
    facts: [...factsOf(rollout), ...(isWaiting ? waitFactsOf(approval) : [])],
    outcome: outcomeOf(approval),
    ...(link === undefined ? {} : { link }),
    buttons: isWaiting ? buttons() : [],
  };
}

/** The message about an approval that the status has no longer: its run is over, or its Canary is deleted. */
export function describeGone(
  { id, namespace, name, gate }: KnownApproval,
  rollout: RolloutFacts | undefined,
  link: string | undefined,
): ChatMessage {
  const votes = (rollout?.decisions ?? []).filter((one) => one.for === id && one.result === 'done');
  const why =
    rollout === undefined
      ? 'the Canary was deleted'
      : 'superseded: its run is over, and another revision is asked for anew';
  return {
    about: { approval: id, namespace, name },
    title: line(`○ ${namespace}/${name} no longer waits for ${gate}`),
    question: '',
    facts: [],
    outcome: [...votes.map((vote) => voteLine({ ...vote, verdict: vote.verb })), why].map(line),
    ...(link === undefined ? {} : { link }),
    buttons: [],
  };
}

/** The message that stays where a reminder was posted below. */
export const describeAskedAgain = (message: ChatMessage): ChatMessage => ({
  ...message,
  question: '',
  outcome: [...message.outcome, 'asked again below'],
  buttons: [],
});

function factsOf({ images, traffic, checks }: RolloutFacts): readonly ChatFact[] {
  return [
    ...(images.text === '' ? [] : [{ label: 'Images', value: line(images.text) }]),
    { label: 'Traffic', value: `${traffic.written} %` },
    { label: 'Checks', value: `${checks.failed} of ${checks.threshold} failed` },
  ];
}

const waitFactsOf = ({
  deadline,
  onDeadline,
  approvers,
  needed,
  approved,
}: ApprovalView): readonly ChatFact[] => [
  ...(deadline === undefined
    ? []
    : [{ label: 'Until', value: `${timeOf(deadline)}, then ${line(onDeadline)}` }]),
  { label: 'Approvers', value: line(approvers) },
  ...(needed > 1 ? [{ label: 'Approved', value: `${approved.length} of ${needed}` }] : []),
];

function outcomeOf({ state, votes = [], onDeadline }: ApprovalView): readonly string[] {
  const told = votes.slice(-mostVotes).map((vote) => line(voteLine(vote)));
  return state === 'expired' ? [...told, line(`nobody decided in time: ${onDeadline}`)] : told;
}

/** `✔ approved 2026-11-20 14:02 UTC by alice@acme.io (verified, slack): "SRE ok"` */
function voteLine({ verdict, by, verified, via, reason = '', at }: Vote): string {
  const [icon, word] = verdict === 'approve' ? ['✔', 'approved'] : ['✖', 'rejected'];
  const why = reason === '' ? '' : `: "${reason}"`;
  return `${icon} ${word} ${timeOf(at)} by ${by} (${verified ? 'verified' : 'claimed'}, ${via})${why}`;
}

/** Chats are read in many time zones. */
function timeOf(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? line(at) : `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
