import type { CanaryStatus, Paused, Waiting } from '../api/canary-status.ts';
import type { Canary } from '../api/canary.ts';
import { isResting } from '../rules/run/phases.ts';
import { isOn } from './run-facts.ts';
import type { ApprovalView, WaitView } from './rollout-view.ts';
import { asksToStart } from './step-marks.ts';

/**
 * The one thing that a rollout waits for. A person, where an approval is asked, a gate behind a URL is closed, or the
 * controller cannot go on by itself; an approval of type `rollback` is a switch, which nothing waits for.
 */
export function describeWait(canary: Canary, approvals: readonly ApprovalView[]): WaitView {
  const { status } = canary;
  const approval = approvals.find(({ state, type }) => state === 'waiting' && type !== 'rollback');
  if (approval !== undefined) return forApproval(approval, status?.waiting);
  const { paused } = status ?? {};
  const isHeld = status !== undefined && (isOn(status) || status.waiting?.reason === 'Paused');
  if (paused !== undefined && isHeld) return forPaused(paused, status.waiting);
  if (status?.waiting !== undefined) return forWaiting(status.waiting, canary);
  return forNothing(canary);
}

function forPaused({ by, at, until, reason }: Paused, waiting: Waiting | undefined): WaitView {
  const who = by === '' ? '' : ` by ${by}`;
  const isTold = waiting?.reason === 'Paused';
  return {
    kind: 'person',
    what: `resume: paused${who}`,
    message: isTold ? waiting.message : `paused${who}${reason === undefined ? '' : `: ${reason}`}`,
    reason: 'Paused',
    step: waiting?.step ?? '',
    since: at,
    until: until ?? null,
    onDeadline: null,
    approval: null,
  };
}

function forApproval(approval: ApprovalView, waiting: Waiting | undefined): WaitView {
  const { id, hook, type, approvers, approved, needed, since, deadline, onDeadline } = approval;
  const votes = needed > 1 ? `, ${approved.length} of ${needed} so far` : '';
  const isTold = waiting?.for === 'person' || waiting?.name === hook;
  return {
    kind: 'person',
    what: `${type}: ${approvers}`,
    message: `approval ${id} of ${type} "${hook}" by ${approvers}${votes}`,
    reason: isTold ? (waiting.reason ?? '') : '',
    step: waiting?.step ?? '',
    since,
    until: deadline ?? null,
    onDeadline: deadline === undefined ? null : onDeadline,
    approval: id,
  };
}

function forWaiting(waiting: Waiting, canary: Canary): WaitView {
  const { step, reason = '', message, since, until } = waiting;
  return {
    kind: waitsForPerson(waiting) ? 'person' : 'machine',
    what: whatOf(waiting, canary),
    message,
    reason,
    step,
    since,
    until: until ?? null,
    onDeadline: null,
    approval: null,
  };
}

/** Whether only a person makes it go on. */
const waitsForPerson = (waiting: Waiting): boolean =>
  waiting.for === 'person' || waiting.reason === 'GateClosed';

function whatOf(waiting: Waiting, { spec }: Canary): string {
  const { name = '', reason = '' } = waiting;
  if (reason === 'GateClosed') {
    const gates = (spec.analysis.webhooks ?? []).filter((hook) => hook.type?.startsWith('confirm-') === true);
    const type = gates.find((hook) => hook.name === name)?.type ?? 'gate';
    return `${type}: gate "${name}" is closed`;
  }
  if (reason === 'Frozen') return 'end of the freeze';
  if (reason === 'Queued') return 'a place in the queue';
  if (waiting.for === 'person') return `you: ${words(reason) || waiting.message}`;
  if (waiting.for === 'interval') return 'next check';
  if (waiting.for === 'api') return 'the API server';
  return [waiting.for, name].filter(Boolean).join(' ');
}

/** `CannotProceed` as `cannot proceed`. */
const words = (reason: string): string =>
  reason.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

function forNothing({ spec, status }: Canary): WaitView {
  const { kind, name } = spec.targetRef;
  const rests = isResting(status?.phase ?? '') && !(status !== undefined && asksToStart(status));
  const target = `${kind.toLowerCase()}/${name}`;
  return {
    kind: 'nothing',
    what: 'nothing',
    message: rests ? `nothing; a change of ${target} starts the next run` : 'nothing now',
    reason: '',
    step: '',
    since: sinceOf(status),
    until: null,
    onDeadline: null,
    approval: null,
  };
}

const sinceOf = (status: CanaryStatus | undefined): string | null => status?.lastTransitionTime ?? null;
