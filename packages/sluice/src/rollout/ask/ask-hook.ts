import type { HookAnswer } from '../../ports/hooks.ts';
import { describeGate } from '../../rules/hooks/answer-text.ts';
import { pollIntervalMs } from '../../rules/hooks/hooks.ts';
import type { Hook } from '../../rules/hooks/hooks.ts';
import { deliveryIdOf } from '../../rules/run/revision.ts';
import { announce, lookAgainAt } from '../draft.ts';
import { questionCall } from '../tell/hook-call.ts';
import { askPeople } from './ask-people.ts';
import type { Asking } from './asking.ts';
import { noteAnswer } from './note-answer.ts';
import type { Question } from './questions.ts';

export interface HookQuestion {
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
export type Asked =
  | { readonly state: 'open'; readonly previous: HookAnswer | undefined }
  | { readonly state: 'answered'; readonly answer: HookAnswer };

/** Finds, starts or reads one question to one hook. Never waits. */
export function askHook(asking: Asking, hook: Hook, about: HookQuestion): Asked {
  const { deps, seen, draft } = asking;
  const { approval } = hook.spec;
  // guard: an-approval-calls-nobody
  if (approval !== undefined)
    return { state: 'answered', answer: askPeople(asking, hook, approval, about.scope) };
  const key = [
    runIdOf(asking),
    hook.type,
    // guard: hooks-of-one-name-are-two-questions
    hook.index,
    hook.name,
    about.scope,
  ].join('|');
  const question = deps.questions.find(seen.key, key);
  if (question === undefined) {
    start(asking, hook, about, key, 0);
    return { state: 'open', previous: undefined };
  }
  if (question.settled === undefined) return { state: 'open', previous: asAnswer(question.previous) };
  const answer = asAnswer(question.settled.value) ?? lost;
  noteAnswer(asking, hook, { id: question.id, ask: question.ask, at: question.settled.at }, answer);
  if (about.polled) sayChange(asking, hook, question, answer);
  if (!about.polled || answer.outcome === 'passed') return { state: 'answered', answer };
  const askAgainAt = question.settled.at + pollIntervalMs(hook.spec, seen.intervalMs);
  const isOld = question.settled.at < (about.notBefore ?? 0);
  if (/* guard: an-old-no-of-a-rollback-hook-is-asked-again */ isOld || seen.now >= askAgainAt) {
    start(asking, hook, about, key, question.ask + 1);
    return { state: 'open', previous: answer };
  }
  lookAgainAt(draft, askAgainAt);
  return { state: 'answered', answer };
}

const lost: HookAnswer = { outcome: 'failed', message: 'the call broke off', attempts: 1, durationMs: 0 };

const runIdOf = ({ draft }: Asking): string => draft.status.run?.id ?? '';

function start(asking: Asking, hook: Hook, about: HookQuestion, key: string, ask: number): void {
  const { deps, seen, draft } = asking;
  const uid = seen.canary.metadata.uid ?? '';
  const id = deliveryIdOf([
    uid,
    runIdOf(asking),
    hook.type,
    hook.index,
    hook.name,
    // guard: an-id-is-of-one-question
    about.scope,
    ask,
  ]);
  const call = questionCall(seen, draft.status, hook, { id, phase: about.phase });
  deps.questions.start(seen.key, { key, id, ask, work: (signal) => deps.send(call, signal) });
}

function asAnswer(value: unknown): HookAnswer | undefined {
  return typeof value === 'object' && value !== null && 'outcome' in value
    ? (value as HookAnswer)
    : undefined;
}

/**
 * Announces that a closed gate changed its answer. Numbers in the text are ignored, because receivers often include
 * the time.
 */
function sayChange(asking: Asking, hook: Hook, question: Question, answer: HookAnswer): void {
  const before = (asking.seen.canary.status?.hooks ?? []).find((result) => result.index === hook.index);
  const isGate = hook.type !== 'rollback' && answer.outcome !== 'passed';
  const isSame =
    before === undefined ||
    before.id === question.id ||
    before.outcome === 'passed' ||
    before.type !== hook.type ||
    before.step !== (asking.draft.status.run?.step ?? 0) ||
    (before.code === answer.code && withoutNumbers(before.message) === withoutNumbers(answer.message));
  if (!isGate || isSame) return;
  const message = `${describeGate(hook, answer)}; before, it answered ${before.code ?? before.outcome}`;
  announce(asking, 'Warning', 'HookAnswerChanged', message);
}

const withoutNumbers = (text = ''): string => text.replace(/\d+/g, '#');
