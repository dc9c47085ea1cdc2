import type { Canary } from '../api/canary.ts';
import type { CanaryStatus, Phase } from '../api/canary-status.ts';
import { promotedCondition, setCondition } from '../rules/conditions.ts';
import { isAnalysing } from '../rules/phases.ts';
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
  status: statusOf(canary),
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
    ...(phase === draft.status.phase ? {} : { lastTransitionTime: now }),
    conditions: setCondition(draft.status.conditions ?? [], promotedCondition(phase, now, message)),
    ...(run === undefined
      ? {}
      : {
          run: {
            ...run,
            phaseSince: now,
            ...(run.mirrored === true && !isAnalysing(phase) ? { mirrored: false } : {}),
          },
        }),
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

/** A warning that is said once, until it has another text or its cause was gone in between. */
export function warnOnce(context: PassContext, reason: string, message: string, about = reason): void {
  const { warned } = context.memory;
  // guard: a-warning-is-said-once
  if (warned.get(about) === message) return;
  context.draft.onRecorded.push(() => void warned.set(about, message));
  announce(context, 'Warning', reason, message);
}

/** The cause of a warning is gone: the next time it is said again. */
export function calm(context: PassContext, reason: string): void {
  context.memory.warned.delete(reason);
}
