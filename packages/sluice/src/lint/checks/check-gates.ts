import type { CanaryWebhook } from '../../api/canary.ts';
import type { ApprovalSpec } from '../../api/canary-webhook.ts';
import { durationOr } from '../../rules/run/timing.ts';
import type { Draft } from '../finding.ts';
import { draft } from './check.ts';
import type { Check } from './check.ts';
import { typeOf } from './check-hooks.ts';

/** Gates, and who may open them. */
export const checkGates: Check = (canary) =>
  (canary.spec.analysis.webhooks ?? []).flatMap((webhook, index) => {
    const field = `spec.analysis.webhooks[${index}]`;
    const { approval } = webhook;
    return [
      ...checkDeadline(field, webhook),
      ...(approval === undefined
        ? []
        : [...checkRequester(field, approval), ...checkTiming(field, approval)]),
    ];
  });

function checkDeadline(field: string, webhook: CanaryWebhook): readonly Draft[] {
  const type = typeOf(webhook);
  if (!type.startsWith('confirm-')) return [];
  const { approval } = webhook;
  if (approval === undefined) {
    const message = `${field} waits for as long as its receiver does not answer 2xx: a gate by URL has no deadline; an approval can have one`;
    return [draft('GATE001', field, message)];
  }
  if ((approval.deadline ?? '') === '') {
    const message = `${field}.approval has no deadline: the run waits for ever when nobody decides; write deadline: 120m, and onDeadline`;
    return [draft('GATE002', `${field}.approval.deadline`, message)];
  }
  if (approval.onDeadline !== 'pass') return [];
  const message = `${field}.approval.onDeadline is pass: after ${approval.deadline} the run goes on although nobody approved it`;
  return [draft('GATE003', `${field}.approval.onDeadline`, message)];
}

function checkTiming(field: string, { deadline = '', remindEvery = '' }: ApprovalSpec): readonly Draft[] {
  if (deadline === '' || remindEvery === '') return [];
  if (durationOr(remindEvery, 0) < durationOr(deadline, 0)) return [];
  const message = `${field}.approval.remindEvery is ${remindEvery}, and the deadline comes after ${deadline}: nobody is reminded; write less`;
  return [draft('TIME004', `${field}.approval.remindEvery`, message)];
}

function checkRequester(field: string, approval: ApprovalSpec): readonly Draft[] {
  const { approvers, quorum = 1, requesterMayApprove = true, allowClaimedNames } = approval;
  if (requesterMayApprove) return [];
  const findings: Draft[] = [];
  if (allowClaimedNames ?? approvers === undefined) {
    const cure =
      approvers === undefined
        ? 'name approvers, or set allowClaimedNames: false'
        : 'set allowClaimedNames: false';
    const message = `${field}.approval.requesterMayApprove is false, but names count that the API server did not verify: the requester can write another name; ${cure}`;
    findings.push(draft('APPROVAL003', `${field}.approval.requesterMayApprove`, message));
  }
  const users = new Set(approvers?.users).size;
  const hasGroup = (approvers?.groups ?? []).length > 0;
  if (approvers !== undefined && !hasGroup && users === quorum) {
    const message = `${field}.approval needs all of its ${users} approvers, and requesterMayApprove is false: a revision that one of them requests cannot be approved; name one more`;
    findings.push(draft('APPROVAL004', `${field}.approval.quorum`, message));
  }
  return findings;
}
