import { primaryRevision } from '../../../rules/run/revision.ts';
import { announce, enterPhase, warnOnce } from '../../draft.ts';
import { withPrimaryWords } from '../../ask/ask-pods.ts';
import { unknownConfigs } from '../../look/config-state.ts';
import { firstDeadline } from '../../look/first-revision.ts';
import { primaryReadiness } from '../../look/readiness.ts';
import { waitFor } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision } from '../decision.ts';
import { noteConfigs } from '../run/run-ends.ts';

export const waitPrimaryReady: Decision<'initializing'> = {
  name: 'wait-primary-ready',
  run(moment) {
    const { seen, draft } = moment;
    const readiness = primaryReadiness(seen);
    if (/* guard: primary-is-initialized-when-it-serves */ readiness.ready) return 'next';
    const { primary } = seen.names;
    if (readiness.stuck)
      warnOnce(moment, 'PrimaryNotReady', `${primary} does not become ready: ${readiness.message}`);
    const deadline = firstDeadline(seen, draft.status);
    const why = withPrimaryWords(moment, readiness.message);
    return waitFor('workload', 'PrimaryNotReady', `${primary} is not ready: ${why}`, {
      name: primary,
      // A newer revision takes its place then.
      ...(seen.now < deadline ? { until: deadline } : {}),
    });
  },
};

/** The primary serves and the target is at zero: from here on a change of the target starts a run. */
export const markInitialized: Decision<'initializing'> = {
  name: 'mark-initialized',
  run(moment) {
    const { seen, draft } = moment;
    const { target, names, workload } = seen;
    if (target !== undefined && workload.replicas(target) > 0)
      return waitFor('workload', 'TargetStopping', `${names.target} is being scaled down`, {
        name: names.target,
      });
    // What is tracked is recorded by this write or by none until the next run: after a restart it is read first.
    const unknown = seen.configs.state === 'unknown' ? unknownConfigs(seen) : undefined;
    if (unknown !== undefined) return unknown;
    // What the primary was made from, not what the target is by now: a change meanwhile starts a run.
    const revision =
      // guard: a-change-while-initializing-starts-a-run
      (seen.primary && primaryRevision(seen.primary)) ?? seen.revision ?? '';
    draft.status = {
      ...draft.status,
      lastAppliedSpec: revision,
      lastPromotedSpec: revision,
      canaryWeight: 0,
      failedChecks: 0,
      iterations: 0,
    };
    noteConfigs(moment);
    enterPhase(moment, 'Initialized');
    announce(moment, 'Normal', 'Initialized', `Initialization done! ${names.primary} serves ${names.apex}`);
    return decided;
  },
};
