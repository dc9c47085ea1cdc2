import { isAnalysing } from '../../rules/phases.ts';
import { progressDeadlineMs, toTime } from '../../rules/timing.ts';
import { mustRestart } from '../configs/config-state.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { canaryReadiness } from '../readiness.ts';
import { fallbackWeight } from '../run/fallback-weight.ts';
import { failRun } from '../run/run-ends.ts';

/** Waits for the canary's pods, at the start and whenever they are lost, no longer than the progress deadline. */
export const waitCanaryReady: Step = {
  name: 'wait-canary-ready',
  run(context) {
    const { draft, world } = context;
    const { run } = draft.status;
    if (!isAnalysing(draft.status.phase) || run === undefined) return 'continue';
    // guard: pods-with-an-older-configuration-are-not-judged
    if (mustRestart(draft.status)) return waitForRestart(context);
    const { target } = world.names;
    const readiness = canaryReadiness(context);
    // guard: a-service-is-judged-once-its-endpoints-follow
    if (readiness.ready && world.now < followedAt(context)) return waitForEndpoints(context);
    if (/* guard: canary-must-be-ready */ readiness.ready) {
      if (run.notReadySince !== undefined) {
        const { notReadySince: _, ...ready } = run;
        // guard: each-loss-of-the-canary-has-its-own-deadline
        draft.status = { ...draft.status, run: ready };
      }
      return 'continue';
    }
    return waitOrFail(context, target, readiness.message, readiness.stuck);
  },
};

/** A Service has no generation that its endpoints could be said to have seen; Kubernetes needs a moment to follow a selector. */
const followMs = 5_000;

function followedAt({ world, draft }: PassContext): number {
  return world.workload.sizing === 'none' ? Date.parse(draft.status.run?.startedAt ?? '') + followMs : 0;
}

function waitForEndpoints(context: PassContext): StepResult {
  const until = followedAt(context);
  context.wakeAt(until);
  const { canaryService } = context.world.names;
  return stop('workload', `the endpoints of ${canaryService} follow its new selector`, {
    name: canaryService,
    until,
  });
}

/** The pods are stopped by size-target, once the primary has the traffic. */
function waitForRestart(context: PassContext): StepResult {
  const { draft, world } = context;
  if (draft.status.canaryWeight > 0 && fallbackWeight(context) === 0) {
    draft.status = { ...draft.status, canaryWeight: 0 };
    return 'decided';
  }
  const message = 'its pods are stopped first, to start with its new configuration';
  return waitOrFail(context, world.names.target, message, false);
}

function waitOrFail(context: PassContext, name: string, message: string, stuck: boolean): StepResult {
  const { draft, world } = context;
  const { run } = draft.status;
  if (run === undefined) return 'continue';
  const since = run.notReadySince ?? toTime(world.now);
  draft.status = { ...draft.status, run: { ...run, notReadySince: since } };
  const deadline = Date.parse(since) + progressDeadlineMs(world.canary);
  if (
    // guard: kubernetes-own-deadline-counts
    stuck ||
    // guard: canary-has-a-deadline
    world.now >= deadline
  ) {
    return failRun(context, 'ProgressDeadlineExceeded', `${name} did not become ready in time: ${message}`);
  }
  context.wakeAt(deadline);
  return stop('workload', `${name} is not ready: ${message}`, { name, until: deadline });
}
