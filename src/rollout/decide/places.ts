import type { PlaceId } from '../../rules/phase-table/places.ts';
import { adopt } from './adopt/adopt.ts';
import { clearWhenEqual } from './adopt/clear-when-equal.ts';
import { advance } from './analyse/advance.ts';
import { askPreRollout } from './analyse/ask-pre-rollout.ts';
import { runChecks } from './analyse/run-checks.ts';
import { skipAnalysis } from './analyse/skip-analysis.ts';
import { waitCanaryReady } from './analyse/wait-canary-ready.ts';
import { waitForConfigs } from './analyse/wait-for-configs.ts';
import { askRollback } from './any/ask-rollback.ts';
import { obeyAbort } from './any/obey-abort.ts';
import { restartOnNewRevision } from './any/restart-on-new-revision.ts';
import { stopIfSuspended } from './any/stop-if-suspended.ts';
import { waitForDuties } from './any/wait-for-duties.ts';
import type { Decision } from './decision.ts';
import { begin } from './initialize/begin.ts';
import { markInitialized, waitPrimaryReady } from './initialize/initialize.ts';
import { continuePromotion } from './promote/continue-promotion.ts';
import { copy } from './promote/copy.ts';
import { finish } from './promote/finish.ts';
import { askConfirmRollout } from './rest/ask-confirm-rollout.ts';
import { stopIfUnchanged } from './rest/stop-if-unchanged.ts';
import { beginTerminating } from './revert/begin-terminating.ts';
import { letGoAtDeadline } from './revert/let-go-at-deadline.ts';
import { tellTheEnd } from './revert/tell-the-end.ts';
import { waitTargetReady } from './revert/wait-target-ready.ts';

type Decisions<P extends PlaceId> = readonly Decision<P>[];

const resting: Decisions<'initialized' | 'succeeded' | 'failed'> = [
  clearWhenEqual,
  obeyAbort,
  stopIfSuspended,
  stopIfUnchanged,
  askConfirmRollout,
];

/** What ends or restarts a run comes before what continues it. */
const brakes: Decisions<
  'waiting' | 'analysing' | 'waiting-promotion' | 'confirmed' | 'copying' | 'returning'
> = [
  clearWhenEqual,
  // guard: abort-is-heard-while-suspended
  obeyAbort,
  // guard: nothing-is-decided-while-suspended
  stopIfSuspended,
  // guard: new-revision-restarts
  restartOnNewRevision,
  // guard: rollback-hooks-are-asked-beside-everything
  askRollback,
];

const judged: Decisions<'analysing' | 'waiting-promotion' | 'confirmed'> = [
  ...brakes,
  waitForConfigs,
  waitCanaryReady,
  skipAnalysis,
  askPreRollout,
  runChecks,
  waitForDuties,
  advance,
];

/** What is decided where a canary stands, in order: the table of docs/reference/phases.md, as code. */
const decisionsByPlace: { readonly [P in PlaceId]: Decisions<P> } = {
  new: [stopIfSuspended, begin],
  initializing: [stopIfSuspended, obeyAbort, waitForDuties, waitPrimaryReady, markInitialized],
  initialized: resting,
  succeeded: resting,
  failed: resting,
  waiting: [...brakes, askConfirmRollout],
  analysing: judged,
  'waiting-promotion': judged,
  confirmed: judged,
  copying: [...brakes, copy],
  returning: [...brakes, continuePromotion],
  finalising: [clearWhenEqual, obeyAbort, stopIfSuspended, finish],
  terminating: [
    letGoAtDeadline,
    beginTerminating,
    waitTargetReady,
    waitForDuties,
    // guard: deletion-tells-before-it-lets-go
    tellTheEnd,
  ],
  terminated: [],
  gone: [],
};

/** Of a canary that another program left: it is taken over before anything else of it happens. */
export const adoption: readonly Decision[] = [adopt];

/**
 * The decisions of a place. Where they are narrower than any place, it is the place that vouches for the status: in a run
 * there is a run (placeOf).
 */
export const decisionsOf = (place: PlaceId): readonly Decision[] =>
  decisionsByPlace[place] as readonly Decision[];
