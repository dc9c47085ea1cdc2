import type { HookResult } from '../../api/canary-status.ts';
import type { HookAnswer } from '../../ports/hooks.ts';
import type { Hook } from '../../rules/hooks/hooks.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { Asking } from './asking.ts';

/** The ask that an answer belongs to. */
export interface AskedOnce {
  /** deliveryId of a call, or the id of an approval. */
  readonly id: string;
  /** Number of the ask; absent for an approval, whose answer changes with each vote. */
  readonly ask?: number;
  /** When the answer came, in milliseconds. */
  readonly at: number;
}

/** Keeps the last answer of each hook in status. The same answer again changes nothing, so polling writes nothing. */
export function noteAnswer(
  { draft }: Asking,
  hook: Hook,
  { id, ask, at }: AskedOnce,
  answer: HookAnswer,
): void {
  const { hooks = [], run } = draft.status;
  const before = hooks.find((result) => result.index === hook.index);
  const step = run?.step ?? 0;
  const same =
    before?.outcome === answer.outcome &&
    before.code === answer.code &&
    before.message === answer.message &&
    before.step === step &&
    before.name === hook.name;
  const isKnown = ask === undefined ? same : before?.id === id || (same && ask > 0);
  if (isKnown) return;
  const result: HookResult = {
    name: hook.name,
    type: hook.type,
    index: hook.index,
    id,
    outcome: answer.outcome,
    ...(answer.code === undefined ? {} : { code: answer.code }),
    ...(answer.message === '' ? {} : { message: answer.message }),
    attempts: answer.attempts,
    durationMs: Math.round(answer.durationMs),
    step,
    at: toTime(at),
  };
  draft.status = {
    ...draft.status,
    hooks: [...hooks.filter((other) => other.index !== hook.index), result].sort((a, b) => a.index - b.index),
  };
}
