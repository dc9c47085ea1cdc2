import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import type { Approval, CanaryStatus, Vote } from '../../api/canary-status.ts';
import type { ApprovalSpec } from '../../api/canary-webhook.ts';
import { durationOr } from '../run/timing.ts';
import type { DecisionRequest } from './decision-request.ts';

/** Types of hooks that people can answer. An approval of type `rollback` is a switch that rolls back. */
export const approvableTypes = [
  'confirm-rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'rollback',
] as const;

const idLength = 10;

/** Id of the approval of one hook, in one run, at one step: `g-` and 10 hexadecimal digits. */
export const approvalIdOf = (parts: readonly (string | number)[]): string =>
  `g-${hashJson(parts).slice('v1:'.length, 'v1:'.length + idLength)}`;

/** A user as a request names it. */
export interface Voter {
  readonly by: string;
  readonly groups: readonly string[];
  /** Whether the API server compared the name with the user of the request. */
  readonly verified: boolean;
  readonly reason: string;
}

/** Why a user may not decide an approval; undefined when it may. `requestedBy`: who asked for the revision. */
export function refusalOf(
  { approvers, requesterMayApprove = true, reasonRequired = false, allowClaimedNames }: ApprovalSpec,
  verdict: Vote['verdict'],
  { by, groups, verified, reason }: Voter,
  requestedBy: string | undefined,
): string | undefined {
  if (by === '') return 'the decision names no user: set sluice.dev/decision-by';
  // guard: a-claimed-name-is-no-approver
  if (!verified && !(allowClaimedNames ?? approvers === undefined))
    return `the name "${by}" is not verified: install the decision policy of the chart, or set allowClaimedNames`;
  // guard: only-approvers-approve
  if (approvers !== undefined && !isOneOf(approvers, by, groups))
    return `${by} is none of the approvers (${describeApprovers(approvers)})`;
  if (verdict === 'reject') return reason === '' ? 'a rejection needs a reason' : undefined;
  if (!requesterMayApprove) {
    if (requestedBy === undefined)
      return 'nobody knows who requested the revision: set the annotation sluice.dev/requested-by on the target';
    // guard: a-requester-does-not-approve
    if (requestedBy === by) return `${by} requested the revision and may not approve it`;
  }
  return reasonRequired && reason === '' ? 'an approval needs a reason' : undefined;
}

type Approvers = NonNullable<ApprovalSpec['approvers']>;

const isOneOf = (
  { users = [], groups: allowed = [] }: Approvers,
  by: string,
  groups: readonly string[],
): boolean => users.includes(by) || groups.some((group) => allowed.includes(group));

/** `alice, bob or group sre` */
export function describeApprovers(approvers: ApprovalSpec['approvers']): string {
  const names = [...(approvers?.users ?? []), ...(approvers?.groups ?? []).map((group) => `group ${group}`)];
  const last = names.at(-1);
  if (last === undefined) return 'anybody who may approve canaries';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** Users that have approved, each counted once. */
export const approvedBy = ({ votes = [] }: Approval): readonly string[] => [
  // guard: a-user-counts-once
  ...new Set(votes.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by)),
];

/** The state after a vote: one rejection rejects, `needed` approvals approve. */
export function stateAfter(approval: Approval): string {
  if ((approval.votes ?? []).some(({ verdict }) => verdict === 'reject')) return 'rejected';
  return approvedBy(approval).length >= approval.needed
    ? 'approved'
    : /* guard: a-quorum-approves */ 'waiting';
}

/** The approval that a request means: by its id, or the only one that waits. A text for people when there is none. */
export function findApproval(
  approvals: readonly Approval[],
  { for: about, verb }: Pick<DecisionRequest, 'for' | 'verb'>,
): Approval | string {
  if (about === undefined) return `name the approval in sluice.dev/decision-for: ${listWaiting(approvals)}`;
  const found = approvals.find(({ id }) => id === about);
  if (found === undefined) return `no approval ${about} is asked in this run: ${listWaiting(approvals)}`;
  // guard: an-approval-is-used-once
  return found.state === 'waiting' ? found : `${about} is ${found.state} already; ${verb} changes nothing`;
}

function listWaiting(approvals: readonly Approval[]): string {
  const waiting = approvals.filter(({ state }) => state === 'waiting');
  return waiting.length === 0
    ? 'none waits'
    : `waiting: ${waiting.map(({ id, hook }) => `${id} (${hook})`).join(', ')}`;
}

/** Milliseconds since the epoch; undefined without a deadline. */
export function deadlineOf({ deadline }: ApprovalSpec, sinceMs: number): number | undefined {
  return deadline === undefined || deadline === '' ? undefined : sinceMs + durationOr(deadline, 0);
}

/** The approvals that wait are needed no more. `switches`: those of type `rollback`, too, because the run is over. */
export function cancelWaiting(status: CanaryStatus, switches: 'switches' | 'gates'): CanaryStatus {
  const isNeedless = ({ state, type }: Approval): boolean =>
    state === 'waiting' && (switches === 'switches' || type !== 'rollback');
  if (status.approvals?.some(isNeedless) !== true) return status;
  const approvals = status.approvals.map((one) => (isNeedless(one) ? { ...one, state: 'cancelled' } : one));
  return { ...status, approvals };
}
