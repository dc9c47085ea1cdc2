import { KubeError } from '../lib/kube-error.ts';
import { describeError, SluiceError } from '../lib/sluice-error.ts';
import type { PassContext, Step, StepResult, World } from './context.ts';
import { stop } from './context.ts';
import type { RolloutDeps } from './deps.ts';
import { createDraft, warnOnce } from './draft.ts';
import { forgetTimers } from './memory.ts';
import type { CanaryMemory } from './memory.ts';
import { takeAcknowledged } from './outbox/deliver.ts';
import { ended } from './pass-result.ts';
import type { PassResult } from './pass-result.ts';
import { forgetStatus } from './writing/own-status.ts';
import { record } from './writing/record.ts';
import type { Recorded } from './writing/record.ts';

/** Runs the steps over a draft until one stops, then records the draft. An API that fails is no end: it is told, and tried again. */
export async function runSteps(
  world: World,
  steps: readonly Step[],
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  let wakeAt: number | undefined;
  let postponed: KubeError | undefined;
  const context: PassContext = {
    world,
    deps,
    memory,
    signal,
    draft: createDraft(world.canary),
    wakeAt: (time) => {
      wakeAt = wakeAt === undefined ? time : Math.min(wakeAt, time);
    },
    retryLater(error) {
      postponed = error;
      warnOfRefusal(context, error);
    },
  };
  const acks = deps.deliveries.acks(world.key);
  takeAcknowledged(context, acks);
  context.draft.onRecorded.push(() => deps.deliveries.recorded(world.key, acks));
  const { step, result, failure } = await untilStopped(context, steps);
  const { outcome, failure: unrecorded } = await recordSafely(context, step.name, result);
  forgetOtherRuns(context);
  return ended(step.name, {
    again: outcome === 'conflict' || (outcome === 'written' && result === 'decided'),
    wakeAt,
    failure: /* guard: one-bad-pass-is-tried-again */ failure ?? unrecorded ?? postponed,
  });
}

/** A write whose answer was lost may have been done: the timers of the step begin anew, as after a restart. */
async function recordSafely(
  context: PassContext,
  step: string,
  result: StepResult,
): Promise<{ readonly outcome?: Recorded; readonly failure?: unknown }> {
  try {
    return { outcome: await record(context, step, result) };
  } catch (failure) {
    context.signal.throwIfAborted();
    if (!(failure instanceof KubeError)) throw failure;
    // guard: timers-forgotten-after-a-lost-write
    forgetTimers(context.memory);
    // guard: a-lost-write-makes-no-rival
    forgetStatus(context.memory);
    return { failure };
  }
}

/** Answers to questions of a run that is over, or never began, are of no use to anybody. */
function forgetOtherRuns({ deps, world, draft }: PassContext): void {
  const run = draft.status.run?.id ?? '';
  // guard: questions-belong-to-a-run
  deps.inquiries.retain(world.key, (inquiry) => inquiry.key.startsWith(`${run}|`));
}

interface Stopped {
  readonly step: Step;
  readonly result: StepResult;
  readonly failure: unknown;
}

/** The step of a pass that none stopped. */
export const nothingLeft: Step = { name: 'rest', run: () => 'continue' };

async function untilStopped(context: PassContext, steps: readonly Step[]): Promise<Stopped> {
  for (const step of steps) {
    try {
      const result = await step.run(context);
      if (result !== 'continue') return { step, result, failure: undefined };
    } catch (error) {
      context.signal.throwIfAborted();
      return {
        step,
        result: explain(context, error),
        failure: error instanceof KubeError ? error : undefined,
      };
    }
  }
  return { step: nothingLeft, result: 'continue', failure: undefined };
}

/** Trying again may help against anything but a refusal. */
function warnOfRefusal(context: PassContext, error: KubeError): void {
  if (!error.retryable && error.code !== 409) warnOnce(context, 'ApiRefused', describeError(error));
}

/** What went wrong, as something the rollout waits for. A fault of the spec waits for a person, one of the API is retried. */
function explain(context: PassContext, error: unknown): StepResult {
  const message = describeError(error);
  if (error instanceof KubeError) {
    warnOfRefusal(context, error);
    return stop('api', message);
  }
  if (!(error instanceof SluiceError)) throw error;
  warnOnce(context, 'CannotProceed', message);
  return stop('person', message);
}
