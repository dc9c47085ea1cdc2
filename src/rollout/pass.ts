import type { AnyKubeObject, ObjectRef } from '../api/kube-object.ts';
import { canaries } from '../api/resources.ts';
import { KubeError } from '../lib/kube-error.ts';
import { describeError, SluiceError } from '../lib/sluice-error.ts';
import { isDeleted, isHeldByUs } from '../rules/finalizer.ts';
import type { Announcement, PassContext, Step, StepResult, World } from './context.ts';
import { stop } from './context.ts';
import type { RolloutDeps } from './deps.ts';
import { createDraft, warnOnce } from './draft.ts';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import { forgetTimers } from './memory.ts';
import type { CanaryMemory } from './memory.ts';
import { takeAcknowledged } from './outbox/deliver.ts';
import { farewellCalls } from './outbox/farewell.ts';
import { letGoAtDeadline } from './revert/let-go-at-deadline.ts';
import { notReverted, releaseCanary } from './revert/release-canary.ts';
import { revertSteps } from './revert/steps.ts';
import { steps } from './steps/index.ts';
import { forgetStatus } from './writing/own-status.ts';
import { record } from './writing/record.ts';
import type { Recorded } from './writing/record.ts';
import { reportInvalid } from './writing/report-invalid.ts';
import { yieldToOther } from './writing/two-controllers.ts';

export interface PassResult {
  /** The step at which the pass stopped, for logs, tests and the UI. */
  readonly stoppedAt: string;
  /** Something was decided: run again at once, to make the world match. */
  readonly again: boolean;
  /** Run again at this time (milliseconds) at the latest. */
  readonly wakeAt: number | undefined;
  /** The API could not be used: run again with back-off. */
  readonly failure: unknown;
}

/** One pass over one canary: gather, decide, record, act, announce. Gets a name, re-reads, compares. */
export async function runPass(
  ref: ObjectRef,
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const key = `${ref.namespace ?? ''}/${ref.name}`;
  const gathered = gather(key, ref, deps, memory);
  if (gathered.kind === 'gone') return forget(key, deps, memory);
  const object = gathered.kind === 'invalid' ? gathered.object : { ...gathered.world.canary };
  if (isDeleted(object))
    return isHeldByUs(object)
      ? revert(gathered, object, deps, memory, signal)
      : leaveDeleted(object, key, deps, memory);
  if (await yieldToOther(deps, object, memory, signal)) return ended('yield-to-other');
  if (gathered.kind === 'invalid') {
    deps.inquiries.forget(key);
    return ended(
      'report-invalid',
      await reportInvalid(deps, gathered.object, gathered.problems, memory, signal),
    );
  }
  return runSteps(gathered.world, steps, deps, memory, signal);
}

const ended = (stoppedAt: string, details: Partial<PassResult> = {}): PassResult => ({
  stoppedAt,
  again: false,
  wakeAt: undefined,
  failure: undefined,
  ...details,
});

/** A deleted canary is asked about no more; what it owned is garbage-collected by Kubernetes. */
function forget(key: string, deps: RolloutDeps, memory: CanaryMemory): PassResult {
  deps.inquiries.forget(key);
  deps.deliveries.forget(key);
  deps.deliveries.farewell(key, farewellCalls(memory));
  return ended('handle-deletion');
}

/** Puts back what a deleted canary had taken over, if it is to be, and then lets it go. */
async function revert(
  gathered: Exclude<Gathered, { readonly kind: 'gone' }>,
  object: AnyKubeObject,
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const release = async (announcement: Announcement): Promise<PassResult> => {
    const { namespace = '', name } = object.metadata;
    const latest = deps.cache.get(canaries, { namespace, name }) ?? object;
    return ended('release-canary', await releaseCanary(deps, latest, announcement, signal));
  };
  if (gathered.kind === 'invalid')
    return release(
      notReverted(gathered.problems[0]?.message ?? 'nobody here knows its target or its routes'),
    );
  const { world } = gathered;
  if (world.canary.spec.revertOnDeletion !== true && world.canary.status?.phase !== 'Terminating')
    return release({ type: 'Normal', reason: 'Released', message: 'deleted; nothing is to be put back' });
  const result = await runSteps(world, revertSteps, deps, memory, signal);
  if (result.stoppedAt === letGoAtDeadline.name) return release(notReverted('it did not take over in time'));
  if (result.stoppedAt !== nothingLeft.name || result.failure !== undefined) return result;
  const { target } = world.names;
  return release({ type: 'Normal', reason: 'Reverted', message: `deleted; ${target} has its traffic back` });
}

/** Somebody's finalizer holds it; nobody here knows what that one still wants to do. */
function leaveDeleted(
  object: AnyKubeObject,
  key: string,
  deps: RolloutDeps,
  memory: CanaryMemory,
): PassResult {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.length > 0 && !memory.warned.has('DeletionHeld')) {
    const message = `the deletion waits for ${finalizers.join(', ')}, which is not ours: whoever set it must finish, or you remove it`;
    memory.warned.set('DeletionHeld', message);
    deps.events.record(object, { type: 'Warning', reason: 'DeletionHeld', message });
  }
  return forget(key, deps, memory);
}

async function runSteps(
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
    failure: failure ?? unrecorded ?? postponed,
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
    forgetTimers(context.memory);
    forgetStatus(context.memory);
    return { failure };
  }
}

/** Answers to questions of a run that is over, or never began, are of no use to anybody. */
function forgetOtherRuns({ deps, world, draft }: PassContext): void {
  const run = draft.status.run?.id ?? '';
  deps.inquiries.retain(world.key, (inquiry) => inquiry.key.startsWith(`${run}|`));
}

interface Stopped {
  readonly step: Step;
  readonly result: StepResult;
  readonly failure: unknown;
}

const nothingLeft: Step = { name: 'rest', run: () => 'continue' };

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
