import type { PlaceId } from '../../rules/run/phase-table/places.ts';
import { adopt } from './adopt/adopt.ts';
import { clearWhenEqual } from './adopt/clear-when-equal.ts';
import { advance } from './analyse/advance.ts';
import { askPreRollout } from './analyse/ask-pre-rollout.ts';
import { runChecks } from './analyse/run-checks.ts';
import { skipAnalysis } from './analyse/skip-analysis.ts';
import { waitCanaryReady } from './analyse/wait-canary-ready.ts';
import { waitForConfigs } from './analyse/wait-for-configs.ts';
import { askRollback } from './any/ask-rollback.ts';
import { followNames, followPorts, forgetFormer } from './any/follow-spec.ts';
import { obeyAbort } from './any/obey-abort.ts';
import { reportRevision } from './any/report-revision.ts';
import { restartOnNewRevision } from './any/restart-on-new-revision.ts';
import { stopIfSuspended } from './any/stop-if-suspended.ts';
import { takeOver } from './any/take-over.ts';
import { waitForDuties, waitForDutiesInTime } from './any/wait-for-duties.ts';
import { unlessItWaits, waitForValid, waitForValidInTime } from './any/wait-for-valid.ts';
import type { Decision } from './decision.ts';
import { begin } from './initialize/begin.ts';
import { markInitialized, waitPrimaryReady } from './initialize/initialize.ts';
import { expireApprovals } from './people/expire-approvals.ts';
import { holdStart } from './people/hold-start.ts';
import { takeDecision } from './people/take-decision.ts';
import { continuePromotion } from './promote/continue-promotion.ts';
import { copy } from './promote/copy.ts';
import { finish } from './promote/finish.ts';
import { askConfirmRollout } from './rest/ask-confirm-rollout.ts';
import { stopIfUnchanged } from './rest/stop-if-unchanged.ts';
import { beginTerminating } from './revert/begin-terminating.ts';
import { letGoAtDeadline } from './revert/let-go-at-deadline.ts';
import { tellTheEnd } from './revert/tell-the-end.ts';
import { waitTargetReady } from './revert/wait-target-ready.ts';
import { finishUndo } from './undo/finish-undo.ts';

type Decisions<P extends PlaceId> = readonly Decision<P>[];
type ByPlace = { readonly [P in PlaceId]: Decisions<P> };

const resting: Decisions<'initialized' | 'succeeded' | 'failed'> = [
  clearWhenEqual,
  reportRevision,
  takeDecision,
  obeyAbort,
  stopIfSuspended,
  followNames,
  followPorts,
  forgetFormer,
  stopIfUnchanged,
  askConfirmRollout,
];

/** Decisions that end or restart a run stand before those that continue it. */
const brakes: Decisions<
  'waiting' | 'analysing' | 'waiting-promotion' | 'confirmed' | 'copying' | 'returning' | 'finalising'
> = [
  clearWhenEqual,
  takeDecision,
  // guard: abort-is-heard-while-suspended
  obeyAbort,
  // guard: nothing-is-decided-while-suspended
  stopIfSuspended,
  // guard: new-revision-restarts
  restartOnNewRevision,
  // guard: rollback-hooks-are-asked-beside-everything
  askRollback,
  expireApprovals,
];

const judged: Decisions<'analysing' | 'waiting-promotion' | 'confirmed'> = [
  ...brakes,
  waitForConfigs,
  waitCanaryReady,
  skipAnalysis,
  askPreRollout,
  runChecks,
  waitForDutiesInTime,
  advance,
];

const terminating: Decisions<'terminating'> = [
  letGoAtDeadline,
  beginTerminating,
  waitTargetReady,
  waitForDuties,
  // guard: deletion-tells-before-it-lets-go
  tellTheEnd,
];

/** The decisions of each place, in order: the table of docs/reference/phases.md as code. */
const decisionsByPlace: ByPlace = {
  new: [stopIfSuspended, begin],
  initializing: [
    stopIfSuspended,
    takeDecision,
    obeyAbort,
    followNames,
    followPorts,
    waitForDuties,
    waitPrimaryReady,
    markInitialized,
  ],
  initialized: resting,
  succeeded: resting,
  failed: resting,
  waiting: [...brakes, holdStart, askConfirmRollout],
  analysing: judged,
  'waiting-promotion': judged,
  confirmed: judged,
  copying: [...brakes, copy],
  returning: [...brakes, followPorts, continuePromotion],
  undoing: [takeDecision, obeyAbort, finishUndo],
  finalising: [...brakes, finish],
  terminating,
  terminated: [],
  gone: [],
};

const judgedOnly: Decisions<'analysing' | 'waiting-promotion' | 'confirmed'> = [
  ...brakes,
  unlessItWaits(waitCanaryReady),
  unlessItWaits(runChecks),
  waitForValidInTime,
];
const restingOnly: Decisions<'initialized' | 'succeeded' | 'failed'> = [
  reportRevision,
  takeDecision,
  obeyAbort,
  waitForValid,
];

/** The decisions of each place while the spec is invalid: those that end a run, none that start or continue one. */
const brakesByPlace: ByPlace = {
  new: [waitForValid],
  initializing: [takeDecision, obeyAbort, waitForValid],
  initialized: restingOnly,
  succeeded: restingOnly,
  failed: restingOnly,
  waiting: [...brakes, waitForValid],
  analysing: judgedOnly,
  'waiting-promotion': judgedOnly,
  confirmed: judgedOnly,
  copying: [...brakes, waitForValidInTime],
  returning: [...brakes, waitForValidInTime],
  // It is on its way back already, and its last steps need no spec.
  undoing: [takeDecision, obeyAbort, unlessItWaits(finishUndo), waitForValid],
  finalising: [...brakes, unlessItWaits(finish), waitForValid],
  terminating,
  terminated: [],
  gone: [],
};

/** For a canary that another controller left: adoption comes first. */
export const adoption: readonly Decision[] = [adopt];
/** For a canary whose objects exist already and evidently belong to its target. */
export const takingOver: readonly Decision[] = [takeOver];
/** For a canary that is left untouched, because an older one claims its objects. */
export const invalid: readonly Decision[] = [waitForValid];

/**
 * The decisions of a place. Their narrower status types are safe because `placeOf` checks the status: in a place of a run
 * there is a run.
 */
export const decisionsOf = (place: PlaceId): readonly Decision[] => decisionsByPlace[place];

export const brakesOf = (place: PlaceId): readonly Decision[] => brakesByPlace[place];
