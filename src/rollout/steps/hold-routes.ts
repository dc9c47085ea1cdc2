import { guardWeights, sameWeights } from '../../rules/guard-weights.ts';
import { isInitializing } from '../../rules/phases.ts';
import { planWeights } from '../../rules/plan-weights.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../../api/kube-object.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { warnOnce } from '../draft.ts';
import { isPrimaryReady, readReadySides } from '../readiness.ts';
import { stepKey } from '../run-ends.ts';
import { writeObject } from '../write-object.ts';

/**
 * Makes the routes say what status says, in every phase: a weight step, a rollback, a repair of what somebody
 * else wrote and the healing of a crash are this one step. The guard may hold back what would starve a side.
 */
export const holdRoutes: Step = {
  name: 'hold-routes',
  async run(context): Promise<StepResult> {
    const { world, draft, deps, memory } = context;
    if (isInitializing(draft.status.phase) && !isPrimaryReady(context)) return 'continue';
    const plan = planWeights(world.strategy, draft.status);
    const read = (resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined =>
      deps.cache.get(resource, ref);
    const guarded = world.router.capabilities.weights
      ? guardWeights(plan, world.route?.weights, readReadySides(deps, world.namespace, world.names))
      : { weights: plan };
    const mirror = draft.status.run?.mirrored ?? false;
    for (const { resource, object } of world.router.render(
      { canary: world.canary, weights: guarded.weights, mirror },
      read,
    )) {
      await writeObject(context, resource, object);
    }
    if (guarded.reason !== undefined) warnOnce(context, 'TrafficGuarded', guarded.reason);
    const route = world.router.observe(world.canary, read);
    const matches = guarded.reason === undefined && isFollowed(context, plan, route);
    if (!matches) memory.hold = undefined;
    else if (memory.hold?.step !== stepKey(context))
      memory.hold = { step: stepKey(context), since: world.now };
    return 'continue';
  },
};

function isFollowed(
  context: PassContext,
  plan: ReturnType<typeof planWeights>,
  route: ReturnType<PassContext['world']['router']['observe']>,
): boolean {
  if (!context.world.router.capabilities.weights) return true;
  return route !== undefined && route.notAccepted === undefined && sameWeights(route.weights, plan);
}
