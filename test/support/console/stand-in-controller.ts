import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { Approval, DecisionRecord } from '@sluice/sluice/api/canary-status.ts';
import type { CanarySource } from '@sluice/sluice/console/console-deps.ts';
import { readDecisionRequest } from '@sluice/sluice/rules/people/decision-request.ts';
import { patchStatus } from './put-canaries.ts';

/** Takes decisions as the controller does: each text once, recorded in the status. `refuses` says why it does not. */
export function takeDecisions(
  source: CanarySource,
  client: KubeClient,
  now: () => number,
  refuses: (verb: string) => string | undefined = () => undefined,
): () => void {
  return source.follow(({ type, object }) => {
    if (type === 'DELETED') return;
    const request = readDecisionRequest(object.metadata.annotations);
    const { decisions, approvals } = asRecord(object['status']);
    const taken = asList(decisions) as readonly DecisionRecord[];
    if (request === undefined || taken.at(-1)?.request === request.hash) return;
    const at = new Date(now()).toISOString();
    const refusal = refuses(request.verb);
    const { verb, by, via, reason, hash } = request;
    const vote = { verdict: verb, by, verified: true, via, reason, at };
    const record: DecisionRecord = {
      verb,
      ...(request.for === undefined ? {} : { for: request.for }),
      by,
      verified: true,
      via,
      reason,
      at,
      result: refusal === undefined ? 'done' : 'refused',
      message: refusal ?? `${verb} was done`,
      request: hash,
    };
    const decided = (asList(approvals) as readonly Approval[]).map((one) =>
      one.id === request.for && refusal === undefined
        ? { ...one, state: verb === 'approve' ? 'approved' : 'rejected', votes: [vote] }
        : one,
    );
    void write(client, object, { decisions: [...taken, record], approvals: decided });
  });
}

const write = (client: KubeClient, object: AnyKubeObject, status: Readonly<Record<string, unknown>>) =>
  patchStatus(client, object, status).catch(() => undefined);
