import type { CanaryStatus, Condition, Waiting } from '../../api/canary-status.ts';
import { sameJson } from '../../lib/merge.ts';
import { removeCondition } from '../../rules/conditions.ts';
import { fitStatus } from '../../rules/fit-status.ts';
import { statusGauge } from '../../rules/phases.ts';
import { nextSessionCookies, sessionCookies, withSessionCookies } from '../../rules/session-cookies.ts';
import { toTime } from '../../rules/timing.ts';
import type { PassContext, StepResult } from '../context.ts';
import { fillOutbox } from '../outbox/announcements.ts';
import { callsOf, dropOrphans, release } from '../outbox/deliver.ts';
import { keepForFarewell } from '../outbox/farewell.ts';
import { writeStatus } from './write-status.ts';

/** How long a change of no consequence may wait for a write that has one. */
const quietMs = 1_000;

export type Recorded = 'written' | 'unchanged' | 'later' | 'conflict';

/**
 * Writes the draft when it decided or announces something; anything else (an acknowledgement, a word of
 * waiting) is written once it has lasted, so that it leaves with the next decision if there is one. Announces
 * only what is written.
 */
export async function record(context: PassContext, step: string, result: StepResult): Promise<Recorded> {
  const { draft, world, memory, deps } = context;
  // guard: hooks-that-are-gone-leave-the-outbox
  dropOrphans(context);
  finishDraft(context, step, result);
  const urgent = result === 'decided' || draft.announcements.length > 0;
  if (urgent) fillOutbox(context);
  // guard: status-fits
  draft.status = fitStatus(draft.status);
  if (sameJson(draft.status, world.canary.status ?? {})) {
    memory.quietSince = undefined;
    settle(context);
    return 'unchanged';
  }
  // guard: words-of-waiting-do-not-hurry
  if (!urgent && !isDue(context)) {
    settle(context, false);
    return 'later';
  }
  const outcome = await writeStatus(deps, memory, world.canary, draft.status, context.signal);
  // guard: effects-after-the-record
  if (outcome === 'conflict') return 'conflict';
  memory.quietSince = undefined;
  settle(context);
  return 'written';
}

function isDue(context: PassContext): boolean {
  const { memory, world } = context;
  memory.quietSince ??= world.now;
  const due = memory.quietSince + quietMs;
  if (world.now >= due) return true;
  context.wakeAt(due);
  return false;
}

/** What follows from a status that is recorded. Without `recorded`, only what was recorded before is told. */
function settle(context: PassContext, recorded = true): void {
  const { draft, world, memory, deps } = context;
  if (recorded) {
    for (const effect of draft.onRecorded) effect();
    for (const announcement of draft.announcements) {
      deps.events.record(world.canary, announcement);
      deps.log.info(announcement.message, {
        canary: world.key,
        reason: announcement.reason,
        type: announcement.type,
      });
    }
    count(context);
  }
  const status = recorded ? draft.status : (world.canary.status ?? draft.status);
  keepForFarewell(memory, world, status);
  release(memory, status);
  const { eventWebhook } = deps.options;
  deps.deliveries.offer(world.key, callsOf(world, status, { released: memory.released, eventWebhook }));
}

function count(context: PassContext): void {
  const { draft, world, deps } = context;
  const { target } = world.names;
  deps.telemetry.canaryStatus(target, world.namespace, statusGauge(draft.status.phase));
  deps.telemetry.canaryWeight(
    target,
    world.namespace,
    100 - draft.status.canaryWeight,
    draft.status.canaryWeight,
  );
  if (draft.ended === undefined || draft.ended.result === 'withdrawn') return;
  const { result, analysis } = draft.ended;
  deps.telemetry.runEnded(target, world.namespace, { result, analysis, strategy: world.strategy });
}

/** The generation at which the run's revision was last seen: the fence of the next process. */
function runAsSeen({ draft, world }: PassContext): Partial<CanaryStatus> {
  const { run } = draft.status;
  const { uid, generation } = world.target?.metadata ?? {};
  if (run === undefined || uid === undefined || generation === undefined) return {};
  return world.revision === run.revision
    ? { run: { ...run, targetUid: uid, targetGeneration: generation } }
    : {};
}

/** Whoever is kept at a side is part of a decision about weights, and recorded by the same write. */
function withCookies({ draft, world, deps }: PassContext): CanaryStatus {
  const cookies = nextSessionCookies({
    analysis: world.canary.spec.analysis,
    kept: sessionCookies(draft.status),
    from: world.canary.status?.canaryWeight ?? 0,
    to: draft.status.canaryWeight,
    random: deps.random,
  });
  return withSessionCookies(draft.status, cookies);
}

/** A pass that came this far found the canary valid, and nobody else at work on it. */
const withoutPast = (conditions: readonly Condition[]): Condition[] =>
  removeCondition(removeCondition(conditions, 'Invalid'), 'TwoControllers');

/** The fields of every status: which spec it is about, what it waits for, and no condition that no longer holds. */
function finishDraft(context: PassContext, step: string, result: StepResult): void {
  const { draft, world } = context;
  const { generation } = world.canary.metadata;
  draft.status = withCookies(context);
  const { waiting: _, ...rest } = draft.status;
  const waiting = waitingOf(context, step, result);
  draft.status = {
    ...rest,
    ...runAsSeen(context),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(waiting === undefined ? {} : { waiting }),
    ...(rest.conditions === undefined ? {} : { conditions: withoutPast(rest.conditions) }),
  };
}

function waitingOf(context: PassContext, step: string, result: StepResult): Waiting | undefined {
  const { memory, world } = context;
  if (result === 'continue' || result === 'decided' || result.stop.for === 'revision') {
    memory.waiting = undefined;
    return undefined;
  }
  const { until, name, ...reason } = result.stop;
  const text = `${step}|${reason.for}|${name ?? ''}`;
  const recorded = world.canary.status?.waiting;
  const since =
    memory.waiting?.text === text
      ? memory.waiting.since
      : recorded !== undefined && `${recorded.step}|${recorded.for}|${recorded.name ?? ''}` === text
        ? recorded.since
        : toTime(world.now);
  memory.waiting = { text, since };
  return {
    step,
    ...reason,
    message: reason.message.slice(0, 512),
    ...(name === undefined ? {} : { name }),
    since,
    ...(until === undefined ? {} : { until: toTime(until) }),
  };
}
