import type { CanaryStatus, Run } from '../../../api/canary-status.ts';
import { printable } from '@sluice/lib/text/printable.ts';
import { hooksOf } from '../../../rules/hooks/hooks.ts';
import { requestedByAnnotation } from '../../../rules/objects/object-keys.ts';
import { runIdOf } from '../../../rules/run/revision.ts';
import { checksOf, roundScope, stepKeyOf } from '../../../rules/run/step-key.ts';
import { failureThreshold, toTime } from '../../../rules/run/timing.ts';
import { announce, enterPhase } from '../../draft.ts';
import { hasStalePods } from '../../look/config-state.ts';
import type { Seen } from '../../seen.ts';
import { decided } from '../decision.ts';
import type { Decided, Moment } from '../decision.ts';
import { fallbackWeight } from './fallback-weight.ts';

/** Starting, failing and ending a run: shared by several decisions. */

/** The run of the target's present revision; `restingSince` makes another run of the same revision another one. */
export function newRun(seen: Seen, status: CanaryStatus, revision: string, restingSince: string): Run {
  const { target, primary, workload } = seen;
  const now = toTime(seen.now);
  return {
    id: runIdOf(seen.canary.metadata.uid ?? '', revision, restingSince),
    revision,
    targetUid: target?.metadata.uid ?? '',
    targetGeneration: target?.metadata.generation ?? 0,
    startedAt: now,
    phaseSince: now,
    step: 0,
    round: 0,
    // guard: stale-pods-are-stopped-before-they-are-judged
    ...(hasStalePods(seen, status) ? { stalePods: true } : {}),
    ...(status.lastPromotedSpec === undefined ? {} : { from: status.lastPromotedSpec }),
    ...requesterOf(seen),
    ...(primary === undefined ? {} : { oldImages: [...workload.images(primary)] }),
    ...(target === undefined ? {} : { newImages: [...workload.images(target)] }),
  };
}

const longestName = 253;

function requesterOf({ target }: Seen): Pick<Run, 'requestedBy'> {
  const name = printable(target?.metadata.annotations?.[requestedByAnnotation] ?? '').slice(0, longestName);
  return name === '' ? {} : { requestedBy: name };
}

/** Records the tracked configuration of the revision. */
export function noteConfigs({ seen, draft }: Moment): void {
  if (seen.configs.state !== 'known') return;
  const { checksums } = seen.configs;
  const trackedConfigs = Object.keys(checksums).length === 0 ? null : checksums;
  draft.status = { ...draft.status, trackedConfigs };
}

/** Resets the counters, moves the traffic to the primary if that is safe, and cancels open questions. */
export function resetCounters(moment: Moment): void {
  const { draft, seen } = moment;
  draft.status = {
    ...draft.status,
    canaryWeight: fallbackWeight(seen, draft.status),
    // guard: counters-reset
    iterations: 0,
    // guard: counters-reset
    failedChecks: 0,
  };
  draft.effects.push({ kind: 'timers-forgotten' }, { kind: 'questions-cancelled' });
}

/** Rolls back: traffic to the primary, the canary to zero, the revision marked as seen. */
export function failRun(moment: Moment, reason: string, cause: string): Decided {
  const { draft, seen } = moment;
  resetCounters(moment);
  const { run, phase } = draft.status;
  if (run !== undefined)
    draft.status = { ...draft.status, run: { ...run, cause }, lastAppliedSpec: run.revision };
  enterPhase(moment, 'Failed', `The run failed: ${cause}`.slice(0, 1024));
  const { canaryWeight } = draft.status;
  const kept = canaryWeight > 0 ? `; the primary is not safe, the canary keeps ${canaryWeight} %` : '';
  announce(moment, 'Warning', reason, `Rolling back ${seen.canary.metadata.name}: ${cause}${kept}`);
  draft.ended = { result: 'failure', analysis: 'completed' };
  // A copy that broke off may have got as far as the configuration.
  // guard: configuration-of-a-copy-that-broke-off-goes-back
  return phase === 'Promoting' ? { ...decided, order: 'put-copies-back' } : decided;
}

/** Counts one failed check; at the threshold the run fails at once. */
export function countFailure(moment: Moment, reason: string, cause: string): Decided {
  const { draft, seen } = moment;
  const failedChecks = draft.status.failedChecks + 1;
  const threshold = failureThreshold(seen.canary);
  draft.status = { ...draft.status, failedChecks };
  announce(moment, 'Warning', reason, `${cause} (failed checks: ${failedChecks} of ${threshold})`);
  endRound(moment, false);
  if (/* guard: threshold */ failedChecks < threshold) return decided;
  return failRun(
    moment,
    'RolledBack',
    `failed checks threshold reached ${failedChecks}/${threshold}; last: ${cause}`,
  );
}

/** Closes a round of checks; the next one is due an interval later. */
export function endRound({ draft, seen }: Moment, passed: boolean): void {
  const { run } = draft.status;
  if (run === undefined) return;
  const step = stepKeyOf(draft.status);
  const scope = roundScope(run);
  draft.status = { ...draft.status, run: { ...run, round: run.round + 1 } };
  draft.effects.push({
    kind: 'round-ended',
    round: {
      step,
      checks: checksOf(seen.canary),
      passed,
      scope,
      // guard: rounds-are-an-interval-apart
      nextRoundAt: seen.now + seen.intervalMs,
    },
  });
}

/** The phase in which a new run begins: it waits when somebody has to confirm it. */
export const firstPhase = ({ canary }: Seen): 'Waiting' | 'Progressing' =>
  hooksOf(canary, 'confirm-rollout').length > 0
    ? // guard: a-run-asks-its-first-gate
      'Waiting'
    : 'Progressing';
