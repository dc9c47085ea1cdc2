import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Store } from '@sluice/local/store/store.ts';
import type { Approval, DecisionRecord } from '@sluice/sluice/api/canary-status.ts';
import type { ApprovalSpec } from '@sluice/sluice/api/canary-webhook.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { findApproval, refusalOf, stateAfter } from '@sluice/sluice/rules/people/approvals.ts';
import { readDecisionRequest } from '@sluice/sluice/rules/people/decision-request.ts';
import type { DecisionRequest } from '@sluice/sluice/rules/people/decision-request.ts';

/**
 * Takes decisions about approvals as the controller does, by the same rules, and does nothing else: for tests of what stands on
 * the other side of the annotations.
 */
export function startTakingController(store: Store, clock: Clock): () => void {
  return store.watch(canaries, store.resourceVersion(), ({ object }) => {
    // Not within the write that it answers.
    queueMicrotask(() => take(store, clock, object.metadata));
  });
}

function take(store: Store, clock: Clock, ref: ObjectRef): void {
  const canary = store.get(canaries, ref);
  const request = readDecisionRequest(canary?.metadata.annotations);
  if (canary === undefined || request === undefined) return;
  const status = asRecord(canary['status']);
  const decisions = asList(status['decisions']) as readonly DecisionRecord[];
  if (decisions.at(-1)?.request === request.hash) return;
  const at = new Date(clock.now()).toISOString();
  const { approvals, message, result } = judge(canary, request, at);
  const { by, via, reason, verb } = request;
  const record: DecisionRecord = {
    verb,
    by,
    verified: true,
    via,
    at,
    result,
    message,
    request: request.hash,
    ...(reason === '' ? {} : { reason }),
    ...(request.for === undefined ? {} : { for: request.for }),
  };
  const next = { ...canary, status: { ...status, approvals, decisions: [...decisions, record] } };
  store.update(canaries, next, { subresource: 'status' });
}

function judge(canary: AnyKubeObject, request: DecisionRequest, at: string) {
  const approvals = asList(asRecord(canary['status'])['approvals']) as readonly Approval[];
  const found = findApproval(approvals, request);
  if (typeof found === 'string') return { approvals, message: found, result: 'refused' };
  const voter = { ...request, verified: true };
  const refusal = refusalOf(specOf(canary, found), request.verb, voter, undefined);
  if (refusal !== undefined) return { approvals, message: refusal, result: 'refused' };
  const { by, via, reason } = request;
  const vote = { verdict: request.verb, by, verified: true, via, at, ...(reason === '' ? {} : { reason }) };
  const voted = { ...found, votes: [...(found.votes ?? []), vote] };
  const taken: Approval = { ...voted, state: stateAfter(voted) };
  return {
    approvals: approvals.map((one) => (one.id === taken.id ? taken : one)),
    message: `it is ${taken.state}`,
    result: 'done',
  };
}

function specOf(canary: AnyKubeObject, { index }: Approval): ApprovalSpec {
  const analysis = asRecord(asRecord(canary['spec'])['analysis']);
  return asRecord(asRecord(asList(analysis['webhooks'])[index])['approval']);
}
