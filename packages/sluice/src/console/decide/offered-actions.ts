import { parseCanary, salvageCanary } from '../../api/parse-canary.ts';
import type { ApprovalSpec } from '../../api/canary-webhook.ts';
import { refusalOf } from '../../rules/people/approvals.ts';
import { isVerb } from '../../rules/people/decision-request.ts';
import type { ApprovalView } from '../../view/rollout-view.ts';
import type { Permissions } from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Rollout } from '../live/rollout-book.ts';
import type { OfferedAction } from '../pages/people-parts.ts';

/** What may be decided about a rollout now, each with the right that the viewer lacks for it. */
export async function offeredActions(
  permissions: Permissions,
  viewer: Viewer,
  { view }: Rollout,
): Promise<readonly OfferedAction[]> {
  const { namespace, name } = view.metadata;
  const offered = view.actions.flatMap(({ verb, ...action }) => (isVerb(verb) ? [{ ...action, verb }] : []));
  return await Promise.all(
    offered.map(async (action) => ({
      ...action,
      missing: await permissions
        .missingFor(viewer, action.verb, namespace, name)
        .catch(() => 'an answer of the cluster about your rights'),
    })),
  );
}

/** Why the viewer may not decide an approval, by its hook alone; undefined when it may. */
export function approvalRefusal(
  { canary, view }: Rollout,
  approval: ApprovalView,
  viewer: Viewer,
): string | undefined {
  const parsed = parseCanary(canary);
  const { spec } = ('canary' in parsed ? parsed.canary : salvageCanary(canary)) ?? {};
  const hook = spec?.analysis.webhooks?.[approval.index];
  const asked: ApprovalSpec = hook?.name === approval.hook ? (hook.approval ?? {}) : {};
  // Whether the name counts as verified is up to the controller, and a reason is still to be given.
  const voter = { by: viewer.user.name, groups: viewer.user.groups, verified: true, reason: 'given' };
  const requestedBy = view.run?.requestedBy;
  return refusalOf(asked, 'approve', voter, requestedBy === '' ? undefined : requestedBy);
}
