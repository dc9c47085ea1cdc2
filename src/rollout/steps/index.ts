import type { Step } from '../context.ts';
import { adopt } from './adopt.ts';
import { advance } from './advance.ts';
import { askConfirmRollout } from './ask-confirm-rollout.ts';
import { askPreRollout } from './ask-pre-rollout.ts';
import { askRollback } from './ask-rollback.ts';
import { beginInitializing } from './begin-initializing.ts';
import { continuePromotion } from './continue-promotion.ts';
import { createPrimary } from './create-primary.ts';
import { createServices } from './create-services.ts';
import { stopIfUnchanged } from './detect.ts';
import { finish } from './finish.ts';
import { followScaler } from './follow-scaler.ts';
import { holdFinalizer } from './hold-finalizer.ts';
import { holdRoutes } from './hold-routes.ts';
import { markInitialized, waitPrimaryReady } from './initialize.ts';
import { obeyAbort } from './obey-abort.ts';
import { restartOnNewRevision } from './restart-on-new-revision.ts';
import { reportConfigs } from './report-configs.ts';
import { reportWarnings } from './report-warnings.ts';
import { restorePrimary } from './restore-primary.ts';
import { runChecks } from './run-checks.ts';
import { sizeTarget } from './size-target.ts';
import { skipAnalysis } from './skip-analysis.ts';
import { stopIfSuspended } from './stop-if-suspended.ts';
import { waitCanaryReady } from './wait-canary-ready.ts';
import { waitForConfigs } from './wait-for-configs.ts';
import { wakePrimary } from './wake-primary.ts';

/** One pass, in order. A step that stops names what the rollout waits for. */
export const steps: readonly Step[] = [
  // Always: make the world match what status says, in every phase.
  reportWarnings,
  reportConfigs,
  holdFinalizer,
  beginInitializing,
  adopt,
  createPrimary,
  createServices,
  holdRoutes,
  restorePrimary,
  followScaler,
  wakePrimary,
  sizeTarget,
  // guard: abort-is-heard-while-suspended
  obeyAbort,
  stopIfSuspended,
  // Any run: what ends or restarts it comes before what continues it.
  // guard: new-revision-restarts
  restartOnNewRevision,
  // guard: rollback-hooks-are-asked-beside-everything
  askRollback,
  // Initialize.
  waitPrimaryReady,
  markInitialized,
  // Promote.
  continuePromotion,
  finish,
  // Detect.
  stopIfUnchanged,
  askConfirmRollout,
  waitForConfigs,
  waitCanaryReady,
  skipAnalysis,
  // Analyse and advance.
  askPreRollout,
  runChecks,
  advance,
];
