import type { Condition, Phase } from '../../api/canary-status.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';

const messages: Readonly<Record<Phase, string>> = {
  '': 'Not looked at yet.',
  Initializing: 'The primary is being built.',
  Initialized: 'The primary serves; a change of the target starts a run.',
  Waiting: 'A new revision waits for approval.',
  Progressing: 'A new revision is under analysis.',
  WaitingPromotion: 'The analysis passed; promotion waits for approval.',
  Promoting: 'The analysis passed; the primary is being updated.',
  Finalising: 'The primary runs the new revision; the canary is being scaled down.',
  Succeeded: 'The primary runs the new revision.',
  Failed: 'The run failed and was rolled back.',
  Terminating: 'The canary is being deleted.',
  Terminated: 'The canary was deleted.',
};

/** Flagger's `Promoted` condition: True at rest, False after a failure, Unknown while anything runs (docs/reference/status.md). */
export function promotedCondition(phase: Phase, now: string, message?: string): Condition {
  const status =
    phase === 'Initialized' || phase === 'Succeeded' ? 'True' : phase === 'Failed' ? 'False' : 'Unknown';
  return {
    type: 'Promoted',
    status,
    reason: phase,
    message: message ?? messages[phase],
    lastUpdateTime: now,
    lastTransitionTime: now,
  };
}

/** Replaces the condition of its type; an equal one stays as it is, an equal status keeps its transition time. */
export function setCondition(conditions: readonly Condition[], next: Condition): Condition[] {
  const present = conditions.find((condition) => condition.type === next.type);
  if (present === undefined) return [...conditions, next];
  const unchanged =
    present.status === next.status && present.reason === next.reason && present.message === next.message;
  if (unchanged) return [...conditions];
  const kept =
    present.status === next.status && present.lastTransitionTime !== undefined
      ? { ...next, lastTransitionTime: present.lastTransitionTime }
      : next;
  return conditions.map((condition) => (condition.type === next.type ? kept : condition));
}

export const removeCondition = (conditions: readonly Condition[], type: string): Condition[] =>
  conditions.filter((condition) => condition.type !== type);

/** The conditions of an unchecked status: of a Canary that is not valid, or that other programs wrote. */
export function conditionsOf(status: unknown): readonly Condition[] {
  return asList(asRecord(status)['conditions']).flatMap((item) => {
    const { type, status: state, reason, ...rest } = asRecord(item);
    const known = { type: asText(type) ?? '', status: asText(state) ?? '', reason: asText(reason) ?? '' };
    return known.type === '' ? [] : [{ ...rest, ...known }];
  });
}
