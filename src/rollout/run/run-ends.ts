import type { Run } from '../../api/canary-status.ts';
import { hooksOf } from '../../rules/hooks.ts';
import { runIdOf } from '../../rules/revision.ts';
import { failureThreshold, toTime } from '../../rules/timing.ts';
import { hasStalePods } from '../configs/config-state.ts';
import type { PassContext, StepResult } from '../context.ts';
import { announce, enterPhase } from '../draft.ts';
import { forgetTimers } from '../memory.ts';
import { fallbackWeight } from './fallback-weight.ts';

/** How runs begin, fail and end: the decisions that more than one step takes. */

/** The run of the target's present revision; `restingSince` makes another run of the same revision another one. */
export function newRun(context: PassContext, revision: string, restingSince: string): Run {
  const { world } = context;
  const now = toTime(world.now);
  return {
    id: runIdOf(world.canary.metadata.uid ?? '', revision, restingSince),
    revision,
    targetUid: world.target?.metadata.uid ?? '',
    targetGeneration: world.target?.metadata.generation ?? 0,
    startedAt: now,
    phaseSince: now,
    step: 0,
    round: 0,
    // guard: stale-pods-are-stopped-before-they-are-judged
    ...(hasStalePods(context) ? { stalePods: true } : {}),
    ...(world.primary === undefined ? {} : { oldImages: [...world.workload.images(world.primary)] }),
    ...(world.target === undefined ? {} : { newImages: [...world.workload.images(world.target)] }),
  };
}

/** All counters of a run at zero, traffic at the primary if that is safe, open questions cancelled. */
export function resetCounters(context: PassContext): void {
  const { draft, memory, deps, world } = context;
  draft.status = {
    ...draft.status,
    canaryWeight: fallbackWeight(context),
    // guard: counters-reset
    iterations: 0,
    // guard: counters-reset
    failedChecks: 0,
  };
  draft.onRecorded.push(() => {
    forgetTimers(memory);
    deps.inquiries.forget(world.key);
  });
}

/** Rolls back: traffic to the primary, the canary to zero, the revision marked as seen. */
export function failRun(context: PassContext, reason: string, cause: string): StepResult {
  const { draft } = context;
  resetCounters(context);
  const { run } = draft.status;
  if (run !== undefined) {
    draft.status = {
      ...draft.status,
      run: { ...run, cause },
      lastAppliedSpec: run.revision,
    };
  }
  enterPhase(context, 'Failed', `The run failed: ${cause}`.slice(0, 1024));
  const { canaryWeight } = draft.status;
  const kept = canaryWeight > 0 ? `; the primary is not safe, the canary keeps ${canaryWeight} %` : '';
  announce(context, 'Warning', reason, `Rolling back ${context.world.canary.metadata.name}: ${cause}${kept}`);
  draft.ended = { result: 'failure', analysis: 'completed' };
  return 'decided';
}

/** Counts one failed check; at the threshold the run fails at once. */
export function countFailure(context: PassContext, reason: string, cause: string): StepResult {
  const { draft, world } = context;
  const failedChecks = draft.status.failedChecks + 1;
  const threshold = failureThreshold(world.canary);
  draft.status = { ...draft.status, failedChecks };
  announce(context, 'Warning', reason, `${cause} (failed checks: ${failedChecks} of ${threshold})`);
  endRound(context, false);
  if (/* guard: threshold */ failedChecks < threshold) return 'decided';
  return failRun(
    context,
    'RolledBack',
    `failed checks threshold reached ${failedChecks}/${threshold}; last: ${cause}`,
  );
}

/** The key of the place a run stands at: what a hold and a gate's answer belong to. */
export function stepKey(context: PassContext): string {
  const { run } = context.draft.status;
  return `${run?.id ?? ''}/${run?.step ?? 0}`;
}

/** Closes a round of checks; the next one is due an interval later. */
export function endRound(context: PassContext, passed: boolean): void {
  const { draft, memory, deps, world } = context;
  const { run } = draft.status;
  if (run === undefined) return;
  const step = stepKey(context);
  const scope = roundScope(run);
  draft.status = { ...draft.status, run: { ...run, round: run.round + 1 } };
  draft.onRecorded.push(() => {
    memory.analysis = {
      step,
      passed,
      // guard: rounds-are-an-interval-apart
      nextRoundAt: world.now + world.intervalMs,
    };
    // Rounds go on for as long as a gate is closed: what was asked in one must not be kept for ever.
    deps.inquiries.retain(world.key, (inquiry) => !inquiry.key.endsWith(`|${scope}`));
  });
}

/** Scope of the questions of one round of checks. */
export const roundScope = (run: Run): string => `round-${run.round}`;

/** The phase in which a new run begins: it waits when somebody has to confirm it. */
export const firstPhase = (context: PassContext): 'Waiting' | 'Progressing' =>
  hooksOf(context.world.canary, 'confirm-rollout').length > 0
    ? // guard: a-run-asks-its-first-gate
      'Waiting'
    : 'Progressing';
