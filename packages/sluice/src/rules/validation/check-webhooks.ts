import type { CanaryWebhook } from '../../api/canary.ts';
import type { ApprovalSpec } from '../../api/canary-webhook.ts';
import { checkDuration } from './check-duration.ts';
import { checkUrl } from './check-url.ts';
import { approvableTypes } from '../people/approvals.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

/** `0s` means the longest time-out (rules/hooks/hooks.ts). */
const shortestTimeoutMs = 0;
const shortestPollMs = 1_000;
const shortestDeadlineMs = 1_000;
const shortestReminderMs = 60_000;

/** Two webhooks of one name and type are allowed: each is called by itself. */
export function checkWebhooks(webhooks: readonly CanaryWebhook[]): readonly Finding[] {
  return webhooks.flatMap((webhook, index) => {
    const field = `spec.analysis.webhooks[${index}]`;
    return [
      ...checkReceiver(field, webhook),
      ...checkDuration(`${field}.timeout`, webhook.timeout, shortestTimeoutMs),
      ...checkDuration(`${field}.pollInterval`, webhook.pollInterval, shortestPollMs),
    ];
  });
}

/** A program answers, or people do. */
function checkReceiver(field: string, webhook: CanaryWebhook): readonly Finding[] {
  const { url, approval, type = '' } = webhook;
  if (approval === undefined) return checkUrl(`${field}.url`, url ?? '');
  return [
    ...(approvableTypes.some((one) => one === type)
      ? []
      : [
          problem(
            `${field}.type`,
            type,
            `an approval needs one of these types: ${approvableTypes.join(', ')}`,
          ),
        ]),
    ...checkDuration(`${field}.approval.deadline`, approval.deadline, shortestDeadlineMs),
    ...checkDuration(`${field}.approval.remindEvery`, approval.remindEvery, shortestReminderMs),
    ...checkQuorum(field, approval),
  ];
}

/** A quorum of named users only can be out of reach. */
function checkQuorum(field: string, { quorum = 1, approvers }: ApprovalSpec): readonly Finding[] {
  const users = new Set(approvers?.users).size;
  if (approvers === undefined || (approvers.groups ?? []).length > 0 || users >= quorum) return [];
  return [
    problem(`${field}.approval.quorum`, quorum, `name as many users or a group: only ${users} may approve`),
  ];
}
