import type { HookResult } from '../../api/canary-status.ts';
import type { HookAnswer } from '../../ports/hooks.ts';
import { pollIntervalMs } from '../../rules/hooks.ts';
import type { Hook } from '../../rules/hooks.ts';
import { deliveryIdOf } from '../../rules/revision.ts';
import { toTime } from '../../rules/timing.ts';
import type { PassContext } from '../context.ts';
import { questionCall } from '../hook-call.ts';
import type { Inquiry } from './inquiries.ts';

export interface Consultation {
  /** Phase that the payload reports. */
  readonly phase: string;
  /** What the question is about: a step for gates, a round for checks. Another scope is another question. */
  readonly scope: string;
  /** Asked again each `pollInterval` while it does not pass. */
  readonly polled: boolean;
  /** With `polled`: an answer from before this moment (milliseconds) is asked for again at once. */
  readonly notBefore?: number;
}

/** `open` while the receiver has not answered; a gate asked again keeps its last answer meanwhile. */
export type Consulted =
  | { readonly state: 'open'; readonly previous: HookAnswer | undefined }
  | { readonly state: 'answered'; readonly answer: HookAnswer };

/** Finds, starts or reads one question to one hook. Never waits. */
export function consultHook(context: PassContext, hook: Hook, consultation: Consultation): Consulted {
  const { deps, world } = context;
  const key = [
    runIdOf(context),
    hook.type,
    // guard: hooks-of-one-name-are-two-questions
    hook.index,
    hook.name,
    consultation.scope,
  ].join('|');
  const inquiry = deps.inquiries.find(world.key, key);
  if (inquiry === undefined) {
    start(context, hook, consultation, key, 0);
    return { state: 'open', previous: undefined };
  }
  if (inquiry.settled === undefined) return { state: 'open', previous: asAnswer(inquiry.previous) };
  const answer = asAnswer(inquiry.settled.value) ?? lost;
  recordAnswer(context, hook, inquiry, answer);
  if (!consultation.polled || answer.outcome === 'passed') return { state: 'answered', answer };
  const askedAgainAt = inquiry.settled.at + pollIntervalMs(hook.spec, world.intervalMs);
  const isOld = inquiry.settled.at < (consultation.notBefore ?? 0);
  if (/* guard: an-old-no-of-a-rollback-hook-is-asked-again */ isOld || world.now >= askedAgainAt) {
    start(context, hook, consultation, key, inquiry.ask + 1);
    return { state: 'open', previous: answer };
  }
  context.wakeAt(askedAgainAt);
  return { state: 'answered', answer };
}

const lost: HookAnswer = { outcome: 'failed', message: 'the call broke off', attempts: 1, durationMs: 0 };

const runIdOf = (context: PassContext): string => context.draft.status.run?.id ?? '';

function start(context: PassContext, hook: Hook, consultation: Consultation, key: string, ask: number): void {
  const { deps, world, draft } = context;
  const uid = world.canary.metadata.uid ?? '';
  const id = deliveryIdOf([
    uid,
    runIdOf(context),
    hook.type,
    hook.index,
    hook.name,
    // guard: an-id-is-of-one-question
    consultation.scope,
    ask,
  ]);
  const call = questionCall(world, draft.status, hook, { id, phase: consultation.phase });
  deps.inquiries.start(world.key, {
    key,
    id,
    ask,
    work: (signal) => deps.send(call, signal),
  });
}

function asAnswer(value: unknown): HookAnswer | undefined {
  return typeof value === 'object' && value !== null && 'outcome' in value
    ? (value as HookAnswer)
    : undefined;
}

/** Keeps the last answer of each hook in status. The same answer again changes nothing, so polling writes nothing. */
function recordAnswer(context: PassContext, hook: Hook, inquiry: Inquiry, answer: HookAnswer): void {
  const { status } = context.draft;
  const hooks = status.hooks ?? [];
  const before = hooks.find((result) => result.index === hook.index);
  const step = status.run?.step ?? 0;
  const same =
    before?.outcome === answer.outcome &&
    before.code === answer.code &&
    before.message === answer.message &&
    before.step === step &&
    before.name === hook.name;
  if (before?.id === inquiry.id || (same && inquiry.ask > 0)) return;
  const result: HookResult = {
    name: hook.name,
    type: hook.type,
    index: hook.index,
    id: inquiry.id,
    outcome: answer.outcome,
    ...(answer.code === undefined ? {} : { code: answer.code }),
    ...(answer.message === '' ? {} : { message: answer.message }),
    attempts: answer.attempts,
    durationMs: Math.round(answer.durationMs),
    step,
    at: toTime(inquiry.settled?.at ?? context.world.now),
  };
  status.hooks = [...hooks.filter((other) => other.index !== hook.index), result].sort(
    (a, b) => a.index - b.index,
  );
}
