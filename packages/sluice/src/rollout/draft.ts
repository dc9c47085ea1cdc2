import type { CanaryStatus, Phase, Run } from '../api/canary-status.ts';
import { promotedCondition, setCondition } from '../rules/run/conditions.ts';
import { isAnalysing } from '../rules/run/phases.ts';
import type { PlaceId } from '../rules/run/phase-table/places.ts';
import { toTime } from '../rules/run/timing.ts';
import type { Announcement } from './announcement.ts';
import type { Effect } from './effects.ts';
import type { CanaryMemory } from './memory.ts';
import type { Seen } from './seen.ts';

/** Places in which a run is on. */
export type RunPlace =
  | 'waiting'
  | 'analysing'
  | 'waiting-promotion'
  | 'confirmed'
  | 'copying'
  | 'returning'
  | 'undoing'
  | 'finalising';

/** A status narrowed to the place it is decided at: where a run is on there is a run. */
export type StatusAt<P extends PlaceId> = P extends RunPlace ? CanaryStatus & { run: Run } : CanaryStatus;

/**
 * The status to be, what to say once it is written, and what follows in memory from its being written. Decisions change
 * it; only `record` writes it. Any pass may be thrown away (a conflict, a lost answer, a crash), and all that comes
 * before `record` runs again then: a decision must give the same when it is taken twice.
 */
export interface Draft<P extends PlaceId = PlaceId> {
  status: StatusAt<P>;
  readonly announcements: Announcement[];
  readonly effects: Effect[];
  /** When a hook that said no is asked again, or a read that failed is repeated, in milliseconds. */
  lookAgainAt: number | undefined;
  /** Set by the decision that ends a run: its post-rollout hooks are owed, and it is counted. */
  ended: RunEnding | undefined;
}

export interface RunEnding {
  readonly result: 'success' | 'failure' | 'withdrawn';
  readonly analysis: 'completed' | 'skipped';
}

/** What a draft is changed with: all that the functions below need of a moment. */
export interface Drafting {
  readonly seen: Seen;
  readonly draft: Draft;
}

/** What it takes to say something. */
export interface Saying {
  readonly draft: Pick<Draft, 'announcements' | 'effects'>;
  readonly memory: Pick<CanaryMemory, 'warned'>;
}

/** The recorded status with the fields that tools expect always there. */
export function statusOf({ status }: { readonly status?: CanaryStatus | undefined }): CanaryStatus {
  return {
    ...status,
    phase: status?.phase ?? '',
    failedChecks: status?.failedChecks ?? 0,
    canaryWeight: status?.canaryWeight ?? 0,
    iterations: status?.iterations ?? 0,
  };
}

export const createDraft = (seen: Seen): Draft => ({
  status: statusOf(seen.canary),
  announcements: [],
  effects: [],
  lookAgainAt: undefined,
  ended: undefined,
});

/** Moves the draft to `phase`: its condition, its time of transition and the run's own clock. */
export function enterPhase({ seen, draft }: Drafting, phase: Phase, message?: string): void {
  const now = toTime(seen.now);
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
  { draft }: Pick<Saying, 'draft'>,
  type: Announcement['type'],
  reason: string,
  message: string,
): void {
  draft.announcements.push({ type, reason, message });
}

/**
 * A warning that is said once, until it has another text or its cause was gone in between. What can be true of several things
 * at once is said `about` each of them: under one name they would take turns, and each turn would be a write that wakes the
 * next pass. `text` is what counts as the same where the message does not.
 */
export function warnOnce(
  { draft, memory }: Saying,
  reason: string,
  message: string,
  about = reason,
  text = message,
): void {
  // guard: a-warning-is-said-once
  if (memory.warned.get(about) === text) return;
  draft.effects.push({ kind: 'warned', about, message: text });
  draft.announcements.push({ type: 'Warning', reason, message });
}

/** The cause of a warning is gone: the next time it is said again. */
export function clearWarning({ draft, memory }: Saying, about: string): void {
  if (memory.warned.has(about)) draft.effects.push({ kind: 'warning-cleared', about });
}

/** The pass runs again at `time` (milliseconds) at the latest, whatever it waits for. */
export function lookAgainAt(draft: Pick<Draft, 'lookAgainAt'>, time: number): void {
  draft.lookAgainAt = Math.min(draft.lookAgainAt ?? time, time);
}
