import type { Approval } from '../../../api/canary-status.ts';
import type { ApprovalSpec } from '../../../api/canary-webhook.ts';
import { describeApprovers } from '../../../rules/people/approvals.ts';
import { durationOr, toTime } from '../../../rules/run/timing.ts';
import { announce, lookAgainAt, warnOnce } from '../../draft.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { goBack } from '../run/go-back.ts';
import { replace } from './vote.ts';

/** Does what `onDeadline` says of approvals that nobody gave in time, and reminds people of those that wait. */
export const expireApprovals: Decision = {
  name: 'expire-approvals',
  run(moment) {
    for (const approval of moment.draft.status.approvals ?? []) {
      const spec = moment.seen.canary.spec.analysis.webhooks?.[approval.index]?.approval;
      if (approval.state !== 'waiting' || spec === undefined || approval.type === 'rollback') continue;
      const outcome = expire(moment, approval, spec);
      if (outcome !== 'next') return outcome;
      remind(moment, approval, spec);
    }
    return 'next';
  },
};

function expire(moment: Moment, approval: Approval, { onDeadline = 'rollback' }: ApprovalSpec): Outcome {
  const { draft, seen } = moment;
  const deadline = Date.parse(approval.deadline ?? '');
  if (Number.isNaN(deadline)) return 'next';
  // guard: an-approval-has-a-deadline
  if (seen.now < deadline) {
    lookAgainAt(draft, deadline);
    return 'next';
  }
  const { id, hook, type } = approval;
  const why = `nobody decided ${type} "${hook}" (${id}) until ${toTime(deadline)}`;
  if (onDeadline === 'keep-waiting') {
    warnOnce(moment, 'ApprovalExpired', `${why}; it goes on waiting (onDeadline: keep-waiting)`, id);
    return 'next';
  }
  const state = onDeadline === 'pass' ? 'approved' : 'expired';
  draft.status = {
    ...draft.status,
    approvals: replace(draft.status.approvals ?? [], { ...approval, state }),
  };
  if (onDeadline === 'rollback') return goBack(moment, 'ApprovalExpired', why);
  announce(moment, 'Warning', 'ApprovalExpired', `${why}; it passes (onDeadline: pass)`);
  return 'next';
}

function remind(moment: Moment, approval: Approval, { remindEvery = '', approvers }: ApprovalSpec): void {
  const { draft, seen } = moment;
  const every = durationOr(remindEvery, 0);
  if (every <= 0 || approval.state !== 'waiting') return;
  const due = Date.parse(approval.remindedAt ?? approval.since) + every;
  if (seen.now < due) return lookAgainAt(draft, due);
  const reminded = { ...approval, remindedAt: toTime(seen.now) };
  // guard: a-reminder-is-sent-once-in-its-time
  draft.status = { ...draft.status, approvals: replace(draft.status.approvals ?? [], reminded) };
  lookAgainAt(draft, seen.now + every);
  const { id, hook, type, since } = approval;
  const message = `${type} "${hook}" still waits for ${describeApprovers(approvers)} (${id}), since ${since}`;
  announce(moment, 'Warning', 'ApprovalReminder', message);
}
