import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Approval, CanaryStatus } from '../../api/canary-status.ts';
import { canaries } from '../../api/resources.ts';
import { requestDecision } from '../../people/request-decision.ts';
import { whoAmI } from '../../people/who-am-i.ts';
import { approvedVersion, ship } from './ship.ts';

const ref = { namespace: 'test', name: 'podinfo' };

/** Lets people confirm the promotion instead of the load tester, and ships a version. */
export async function shipForApproval(client: KubeClient, signal: AbortSignal): Promise<void> {
  const canary = await client.get(canaries, ref, signal);
  const hooks = asList(asRecord(asRecord(canary['spec'])['analysis'])['webhooks']).map(asRecord);
  const webhooks = hooks.map((hook) =>
    hook['type'] === 'confirm-promotion' ? { name: 'release', type: hook['type'], approval: {} } : hook,
  );
  await client.mergePatch(canaries, ref, { spec: { analysis: { webhooks } } }, {}, signal);
  await ship(client, approvedVersion, signal);
}

export const waitingApproval = ({ approvals = [] }: CanaryStatus): Approval | undefined =>
  approvals.find(({ state }) => state === 'waiting');

/** Approves as `sluice approve` does; resolves to what the controller recorded of it. */
export async function approve(
  deps: { readonly client: KubeClient; readonly clock: Clock },
  { id }: Approval,
  signal: AbortSignal,
): Promise<string> {
  const user = await whoAmI(deps.client, signal);
  const wanted = { verb: 'approve', for: id, reason: 'the demo says so', via: 'cli' } as const;
  const answer = await requestDecision(deps, ref, wanted, user, signal);
  return answer.kind === 'recorded' ? answer.decision.message : 'no controller has taken it yet';
}
