import type { Canary } from '../api/canary.ts';
import type { CanaryStatus, Phase } from '../api/canary-status.ts';
import { promotedCondition, setCondition } from '../rules/conditions.ts';
import { toTime } from '../rules/timing.ts';
import type { Announcement, Draft, PassContext } from './context.ts';

/** The recorded status with the fields that tools expect always there. */
export function statusOf(canary: Canary): CanaryStatus {
  const recorded = canary.status;
  return {
    ...recorded,
    phase: recorded?.phase ?? '',
    failedChecks: recorded?.failedChecks ?? 0,
    canaryWeight: recorded?.canaryWeight ?? 0,
    iterations: recorded?.iterations ?? 0,
  };
}

export const createDraft = (canary: Canary): Draft => ({
  status: structuredClone(statusOf(canary)),
  announcements: [],
  onRecorded: [],
  ended: undefined,
});

/** Moves the draft to `phase`: its condition, its time of transition and the run's own clock. */
export function enterPhase(context: PassContext, phase: Phase, message?: string): void {
  const { draft, world } = context;
  const now = toTime(world.now);
  const { run } = draft.status;
  draft.status = {
    ...draft.status,
    phase,
    lastTransitionTime: now,
    conditions: setCondition(draft.status.conditions ?? [], promotedCondition(phase, now, message)),
    ...(run === undefined ? {} : { run: { ...run, phaseSince: now } }),
  };
}

export function announce(
  context: PassContext,
  type: Announcement['type'],
  reason: string,
  message: string,
): void {
  context.draft.announcements.push({ type, reason, message });
}

/** A warning that is said once, until another one or a decision follows. */
export function warnOnce(context: PassContext, reason: string, message: string): void {
  const text = `${reason}: ${message}`;
  if (context.memory.warned === text) return;
  context.draft.onRecorded.push(() => {
    context.memory.warned = text;
  });
  announce(context, 'Warning', reason, message);
}
