import { services } from '../../api/resources.ts';
import { revertDeadline } from '../../rules/finalizer.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { canaryReadiness } from '../readiness.ts';
import { holdRoutes } from '../steps/hold-routes.ts';
import { targetToRevert } from './target-to-revert.ts';

/** Until the target serves, the primary does: the routes are held as before. */
export const waitTargetReady: Step = {
  name: 'wait-target-ready',
  async run(context): Promise<StepResult> {
    const { world } = context;
    const target = targetToRevert(context);
    if (target === undefined) return 'continue';
    const readiness = hasService(context)
      ? canaryReadiness(context)
      : world.workload.readiness(target, world.canary.spec.analysis.canaryReadyThreshold ?? 100);
    if (/* guard: deletion-waits-for-the-target */ readiness.ready) return 'continue';
    // guard: deletion-holds-the-routes-meanwhile
    await holdRoutes.run(context);
    const until = revertDeadline(world.canary);
    context.wakeAt(until);
    return stop('workload', `${world.names.target} takes over when it is ready: ${readiness.message}`, {
      name: world.names.target,
      until,
    });
  },
};

/** Somebody who deletes all at once may have deleted the service already: then the pods alone count. */
const hasService = ({ deps, world }: PassContext): boolean =>
  deps.cache.get(services, { namespace: world.namespace, name: world.names.canaryService }) !== undefined;
