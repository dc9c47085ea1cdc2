import { isInitializing } from '../../rules/phases.ts';
import { primaryRevision } from '../../rules/revision.ts';
import { stop } from '../context.ts';
import type { Step } from '../context.ts';
import { announce, enterPhase, warnOnce } from '../draft.ts';
import { primaryReadiness } from '../readiness.ts';

export const waitPrimaryReady: Step = {
  name: 'wait-primary-ready',
  run(context) {
    const { draft, world } = context;
    if (!isInitializing(draft.status.phase)) return 'continue';
    const readiness = primaryReadiness(context);
    if (readiness.ready) return 'continue';
    if (readiness.stuck)
      warnOnce(
        context,
        'PrimaryNotReady',
        `${world.names.primary} does not become ready: ${readiness.message}`,
      );
    return stop('workload', `${world.names.primary} is not ready: ${readiness.message}`, {
      name: world.names.primary,
    });
  },
};

/** The primary serves and the target is at zero: from here on a change of the target starts a run. */
export const markInitialized: Step = {
  name: 'mark-initialized',
  run(context) {
    const { draft, world } = context;
    if (!isInitializing(draft.status.phase)) return 'continue';
    if (world.target !== undefined && world.workload.replicas(world.target) > 0) {
      return stop('workload', `${world.names.target} is being scaled down`, { name: world.names.target });
    }
    // What the primary was made from, not what the target is by now: a change meanwhile starts a run.
    const revision = (world.primary && primaryRevision(world.primary)) ?? world.revision ?? '';
    draft.status = {
      ...draft.status,
      lastAppliedSpec: revision,
      lastPromotedSpec: revision,
      canaryWeight: 0,
      failedChecks: 0,
      iterations: 0,
    };
    enterPhase(context, 'Initialized');
    announce(
      context,
      'Normal',
      'Initialized',
      `Initialization done! ${world.names.primary} serves ${world.names.apex}`,
    );
    return 'decided';
  },
};
