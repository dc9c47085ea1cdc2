import { progressDeadlineMs, toTime } from '../../../rules/run/timing.ts';
import type { RunPlace } from '../../draft.ts';
import { askPods, withWords } from '../../ask/ask-pods.ts';
import { isTargetDown, mustRestart } from '../../look/config-state.ts';
import { canaryReadiness } from '../../look/readiness.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment, Outcome } from '../decision.ts';
import { fallbackWeight } from '../run/fallback-weight.ts';
import { failRun } from '../run/run-ends.ts';

/** Waits for the canary's pods, at the start and whenever they are lost, no longer than the progress deadline. */
export const waitCanaryReady: Decision<RunPlace> = {
  name: 'wait-canary-ready',
  run(moment) {
    const { seen, draft } = moment;
    const { run } = draft.status;
    // guard: pods-with-an-older-configuration-are-not-judged
    if (mustRestart(draft.status)) return waitForRestart(moment);
    const readiness = canaryReadiness(seen);
    // guard: a-service-is-judged-once-its-endpoints-follow
    if (readiness.ready && seen.now < followedAt(moment)) return waitForEndpoints(moment);
    if (/* guard: canary-must-be-ready */ readiness.ready) {
      if (run.notReadySince !== undefined) {
        const { notReadySince: _, ...ready } = run;
        // guard: each-loss-of-the-canary-has-its-own-deadline
        draft.status = { ...draft.status, run: ready };
      }
      return 'next';
    }
    return waitOrFail(moment, readiness);
  },
};

/** Kubernetes needs a moment until endpoints follow a new selector, and a Service shows no generation to compare. */
const followMs = 5_000;

const followedAt = ({ seen, draft }: Moment<RunPlace>): number =>
  seen.workload.sizing === 'none' ? Date.parse(draft.status.run.startedAt) + followMs : 0;

function waitForEndpoints(moment: Moment<RunPlace>): Outcome {
  const { canaryService } = moment.seen.names;
  return waitFor('workload', 'EndpointsMoving', `the endpoints of ${canaryService} follow its new selector`, {
    name: canaryService,
    until: followedAt(moment),
  });
}

/** The pods are stopped by the size of the target, once the primary has the traffic. */
function waitForRestart(moment: Moment<RunPlace>): Outcome {
  const { seen, draft } = moment;
  if (
    seen.target !== undefined &&
    seen.workload.replicas(seen.target) === 0 &&
    // guard: stale-pods-are-gone-before-the-next-start
    isTargetDown(seen)
  ) {
    const { stalePods: _, ...fresh } = draft.status.run;
    draft.status = { ...draft.status, run: fresh };
    return decided;
  }
  if (draft.status.canaryWeight > 0 && fallbackWeight(seen, draft.status) === 0) {
    draft.status = { ...draft.status, canaryWeight: 0 };
    return decided;
  }
  const message = 'its pods are stopped first, to start with its new configuration';
  return waitOrFail(moment, { message, stuck: false });
}

function waitOrFail(
  moment: Moment<RunPlace>,
  { message, stuck }: { readonly message: string; readonly stuck: boolean },
): Outcome {
  const { seen, draft } = moment;
  const { run } = draft.status;
  const { target } = seen.names;
  const since = run.notReadySince ?? toTime(seen.now);
  draft.status = { ...draft.status, run: { ...run, notReadySince: since } };
  const why = withWords(message, askPods(moment, 'canary', Date.parse(since)));
  const deadline = Date.parse(since) + progressDeadlineMs(seen.canary);
  if (
    // guard: kubernetes-own-deadline-counts
    stuck ||
    // guard: canary-has-a-deadline
    seen.now >= deadline
  )
    return failRun(moment, 'ProgressDeadlineExceeded', `${target} did not become ready in time: ${why}`);
  return waitFor('workload', 'CanaryNotReady', `${target} is not ready: ${why}`, {
    name: target,
    until: deadline,
  });
}
