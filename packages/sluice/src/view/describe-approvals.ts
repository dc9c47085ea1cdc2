import type { Approval } from '../api/canary-status.ts';
import type { Canary } from '../api/canary.ts';
import type { ApprovalSpec } from '../api/canary-webhook.ts';
import { approvedBy, describeApprovers } from '../rules/people/approvals.ts';
import { shortRevision } from '../rules/run/revision.ts';
import { tagOf } from './describe-images.ts';
import type { ApprovalView } from './rollout-view.ts';

/** The approvals of the run, each with what its hook says about it. */
export const describeApprovals = (canary: Canary): readonly ApprovalView[] =>
  (canary.status?.approvals ?? []).map((approval) => {
    const spec = approvalSpecOf(canary, approval);
    return {
      ...approval,
      approvers: describeApprovers(spec.approvers),
      approved: approvedBy(approval),
      onDeadline: spec.onDeadline ?? 'rollback',
      reasonRequired: spec.reasonRequired ?? false,
      requesterMayApprove: spec.requesterMayApprove ?? true,
      question: questionOf(canary, approval),
    };
  });

/** Of a hook that the spec has no longer, or that a program answers now: no restriction is known. */
function approvalSpecOf({ spec }: Canary, { index, hook }: Approval): ApprovalSpec {
  const found = (spec.analysis.webhooks ?? [])[index];
  return found?.name === hook ? (found.approval ?? {}) : {};
}

function questionOf({ metadata, spec, status }: Canary, { type, revision }: Approval): string {
  const { namespace = 'default' } = metadata;
  const version = tagOf(status?.run) ?? `revision ${shortRevision(revision)}`;
  const what = `${spec.targetRef.name} ${version}`;
  if (type === 'confirm-rollout') return `Let ${what} begin its rollout in ${namespace}?`;
  if (type === 'confirm-promotion') return `Let ${what} take all ${namespace} traffic?`;
  if (type === 'rollback') return `Roll ${what} back in ${namespace}?`;
  return `Let ${what} take the next step of ${namespace} traffic?`;
}
