import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { carryOut } from './carry-out/orders.ts';
import { decide } from './decide/decide.ts';
import type { Decision, Moment, Outcome } from './decide/decision.ts';
import type { Taken } from './decide/decide.ts';
import type { RolloutDeps } from './deps.ts';
import { createDraft, statusOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { forgetTimers } from './effects.ts';
import type { Held } from './held.ts';
import type { Holding } from './hold/holding.ts';
import type { CanaryMemory } from './memory.ts';
import { ended } from './pass-result.ts';
import type { PassResult } from './pass-result.ts';
import { forgetStatus } from './record/book.ts';
import { record } from './record/record.ts';
import type { Recorded, Recording } from './record/recording.ts';
import type { Seen } from './seen.ts';
import { takeAcknowledged } from './tell/deliver.ts';
import { tell } from './tell/tell.ts';

/** The duties and decisions of one canary. */
export interface Plan {
  readonly hold: (holding: Holding) => Promise<Held>;
  readonly decisions: readonly Decision[];
}

/** Hold, decide, record, tell. */
export async function pursue(
  seen: Seen,
  { hold, decisions }: Plan,
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const { meter } = memory;
  const draft = firstDraft(seen, deps);
  const held = await hold({ seen, status: statusOf(seen.canary), draft, deps, memory, signal });
  const said = { announcements: [...draft.announcements], effects: [...draft.effects] };
  const moment: Moment = { seen, held, draft, deps, memory };
  const taken = meter.run(() => decide(decisions, moment));
  const done = await carryOutSafely(taken, moment, deps, signal, () => ({
    ...firstDraft(seen, deps),
    ...said,
  }));
  const recording: Recording = { seen, held, deps, memory, signal, step: taken.by, ...done };
  const { recorded, failure } = await recordSafely(recording);
  if (recorded !== undefined) meter.run(() => tell(recording, recorded));
  forgetOtherRuns(recording);
  return ended(taken.by, {
    again: recorded?.outcome === 'conflict' || (recorded?.outcome === 'written' && done.decided),
    wakeAt: earliest(
      done.wait?.until,
      done.draft.lookAgainAt,
      // At rest no decision waits for a duty.
      dutiesUntil(held),
      recorded?.outcome === 'later' ? recorded.dueAt : undefined,
    ),
    // guard: one-bad-pass-is-tried-again
    failure: done.failure ?? failure ?? failureOf(held),
  });
}

/** Adds the acknowledgements of the delivery worker to the draft. */
function firstDraft(seen: Seen, { deliveries }: RolloutDeps): Draft {
  const draft = createDraft(seen);
  const acks = deliveries.acks(seen.key);
  takeAcknowledged({ seen, draft }, acks);
  if (acks.length > 0) draft.effects.push({ kind: 'acknowledged', acks });
  return draft;
}

type Done = Pick<Recording, 'draft' | 'wait' | 'decided'> & { readonly failure?: unknown };

/** Carries out the order of a decision. When it fails, the decision is dropped, and the next pass decides anew. */
async function carryOutSafely(
  { outcome }: Taken,
  { seen, draft }: Moment,
  deps: RolloutDeps,
  signal: AbortSignal,
  another: () => Draft,
): Promise<Done> {
  const order = outcome === 'next' ? undefined : outcome.order;
  if (order === undefined) return { draft, ...readOutcome(outcome) };
  try {
    const held = await carryOut(order, { seen, deps, signal });
    if (held === undefined) return { draft, ...readOutcome(outcome) };
    return { draft: withTimes(another(), outcome, draft), wait: held.wait, decided: false };
  } catch (failure) {
    signal.throwIfAborted();
    const message = describeError(failure);
    const isApi = failure instanceof KubeError;
    if (!isApi && !(failure instanceof SluiceError)) throw failure;
    const wait = isApi
      ? { for: 'api', reason: 'ApiFailed', message }
      : { for: 'person', reason: 'CannotProceed', message };
    const until = untilOf(outcome);
    return {
      draft: withTimes(another(), outcome, draft),
      wait: until === undefined ? wait : { ...wait, until },
      decided: false,
      ...(isApi ? { failure } : {}),
    };
  }
}

const untilOf = (outcome: Outcome): number | undefined =>
  outcome !== 'next' && 'wait' in outcome ? outcome.wait.until : undefined;

/** What is retried with back-off must not put off what has a time of its own: a rollback hook, and the deadline. */
const withTimes = (draft: Draft, outcome: Outcome, { lookAgainAt }: Draft): Draft => ({
  ...draft,
  // guard: an-order-that-fails-puts-off-no-brake
  lookAgainAt: earliest(lookAgainAt, untilOf(outcome)),
});

function readOutcome(outcome: Outcome): Pick<Done, 'wait' | 'decided'> {
  if (outcome === 'next') return { wait: undefined, decided: false };
  return 'wait' in outcome ? { wait: outcome.wait, decided: false } : { wait: undefined, decided: true };
}

/** After a lost answer the write may be done or not: the timers of the step restart, as after a restart of the process. */
async function recordSafely(
  recording: Recording,
): Promise<{ readonly recorded?: Recorded; readonly failure?: unknown }> {
  try {
    return { recorded: await recording.memory.meter.run(() => record(recording)) };
  } catch (failure) {
    recording.signal.throwIfAborted();
    if (!(failure instanceof KubeError)) throw failure;
    // guard: timers-forgotten-after-a-lost-write
    forgetTimers(recording.memory);
    // guard: a-lost-write-makes-no-rival
    forgetStatus(recording.memory.book);
    return { failure };
  }
}

/** Answers to questions of a run that is over, or never began, are of no use to anybody. */
function forgetOtherRuns({ deps, seen, draft }: Recording): void {
  const run = draft.status.run?.id ?? '';
  // guard: questions-belong-to-a-run
  deps.questions.retain(seen.key, (question) => question.key.startsWith(`${run}|`));
}

/** The earliest time at which a duty is to be looked at again. */
function dutiesUntil({ facts }: Held): number | undefined {
  let until: number | undefined;
  for (const fact of Object.values(facts))
    if (fact.state !== 'matches') until = earliest(until, fact.wait.until);
  return until;
}

function failureOf({ facts }: Held): KubeError | undefined {
  for (const fact of Object.values(facts))
    if (fact.state === 'blocked' && fact.failure !== undefined) return fact.failure;
  return undefined;
}

function earliest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
