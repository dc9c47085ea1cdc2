import type { Approval } from '../../api/canary-status.ts';
import type { ApprovalSpec } from '../../api/canary-webhook.ts';
import type { HookAnswer } from '../../ports/hooks.ts';
import type { Hook } from '../../rules/hooks/hooks.ts';
import { approvalIdOf, approvedBy, deadlineOf, describeApprovers } from '../../rules/people/approvals.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { Asking } from './asking.ts';
import { noteAnswer } from './note-answer.ts';

/**
 * The answer of people to one hook, in one run, at one step. The first ask notes the approval in the draft; votes reach it by
 * decisions (decide/people). An approval of type `rollback` is a switch: nobody is waited for.
 */
export function askPeople(asking: Asking, hook: Hook, spec: ApprovalSpec, scope: string): HookAnswer {
  const { seen, draft } = asking;
  const run = draft.status.run?.id ?? '';
  const uid = seen.canary.metadata.uid ?? '';
  const id = approvalIdOf([
    uid,
    run,
    hook.type,
    hook.index,
    hook.name,
    /* guard: an-approval-is-of-one-run-and-step */ scope,
  ]);
  const found = (draft.status.approvals ?? []).find((approval) => approval.id === id);
  const approval = found ?? open(asking, hook, spec, id);
  const isApproved = approval.state === 'approved';
  const answer: HookAnswer = {
    outcome: isApproved ? 'passed' : /* guard: an-approval-is-given-by-people */ 'denied',
    message: isApproved ? describeApproved(approval) : describeWaiting(approval, spec),
    attempts: 0,
    durationMs: 0,
  };
  if (hook.type !== 'rollback' || isApproved) noteAnswer(asking, hook, { id, at: seen.now }, answer);
  return answer;
}

function describeApproved(approval: Approval): string {
  const users = approvedBy(approval);
  return users.length === 0 ? 'passed at its deadline' : `approved by ${users.join(', ')}`;
}

/** `waits for approval g-0123456789 by alice or group sre (0 of 2)` */
function describeWaiting(approval: Approval, spec: ApprovalSpec): string {
  const { id, needed, state } = approval;
  if (state !== 'waiting') return `is ${state} (${id})`;
  const given = approvedBy(approval).length;
  const count = needed === 1 ? '' : ` (${given} of ${needed})`;
  return `waits for approval ${id} by ${describeApprovers(spec.approvers)}${count}`;
}

function open({ seen, draft }: Asking, hook: Hook, spec: ApprovalSpec, id: string): Approval {
  const { run, approvals = [] } = draft.status;
  const deadline = hook.type === 'rollback' ? undefined : deadlineOf(spec, seen.now);
  const approval: Approval = {
    id,
    hook: hook.name,
    index: hook.index,
    type: hook.type,
    run: run?.id ?? '',
    revision: run?.revision ?? '',
    step: run?.step ?? 0,
    since: toTime(seen.now),
    ...(deadline === undefined ? {} : { deadline: toTime(deadline) }),
    needed: spec.quorum ?? 1,
    state: 'waiting',
  };
  draft.status = { ...draft.status, approvals: [...approvals, approval] };
  return approval;
}
