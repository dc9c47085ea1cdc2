import type { Canary } from '../../api/canary.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../../api/kube-object.ts';
import type { RouteObservation } from '../../ports/router.ts';
import { guardRoutes, sameWeights } from '../../rules/guard-routes.ts';
import type { GuardedRoutes } from '../../rules/guard-routes.ts';
import { isInitializing } from '../../rules/phases.ts';
import { planRoutes } from '../../rules/plan-routes.ts';
import type { PlannedRoutes } from '../../rules/plan-routes.ts';
import { routeCookies, sessionCookies } from '../../rules/session-cookies.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { calm, warnOnce } from '../draft.ts';
import { isPrimaryReady, readReadySides } from '../readiness.ts';
import { stepKey } from '../run/run-ends.ts';
import { writeObject } from '../writing/write-object.ts';

/**
 * Makes the routes say what status says, in every phase: a weight step, a rollback, a repair of what somebody
 * else wrote and the healing of a crash are this one step. The guard may hold back what would starve a side.
 */
export const holdRoutes: Step = {
  name: 'hold-routes',
  async run(context): Promise<StepResult> {
    const { world, draft, deps } = context;
    // guard: no-routes-before-the-primary-serves
    if (isInitializing(draft.status.phase) && !isPrimaryReady(context)) return 'continue';
    const plan = planRoutes(world.strategy, draft.status);
    const guarded: GuardedRoutes = world.router.capabilities.weights
      ? // guard: no-route-to-nobody
        guardRoutes(plan, readReadySides(deps, world.namespace, world.names))
      : { routes: plan };
    // Before the routes exist there is nothing to leave: a route to nobody is better than none.
    const routes =
      guarded.routes === 'leave' && /* guard: neither-ready-nothing-moves */ world.route === undefined
        ? // guard: first-routes-are-written-whoever-is-ready
          plan
        : guarded.routes;
    if (routes !== 'leave') await writeRoutes(context, routes);
    if (guarded.reason === undefined) calm(context, 'TrafficGuarded');
    else warnOnce(context, 'TrafficGuarded', guarded.reason);
    noteHold(context, routes, guarded);
    return 'continue';
  },
};

const reader =
  (context: PassContext) =>
  (resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined =>
    context.deps.cache.get(resource, ref);

async function writeRoutes(context: PassContext, routes: PlannedRoutes): Promise<void> {
  const { world, draft } = context;
  const cookies = routeCookies(sessionCookies(draft.status));
  const plan = {
    canary: routes.pickedOnly ? world.canary : withoutPick(world.canary),
    weights: routes.weights,
    mirror: isMirrored(context),
    ...(cookies === undefined ? {} : { cookies }),
  };
  for (const { resource, object } of world.router.render(plan, reader(context))) {
    await writeObject(context, resource, object);
  }
}

/** Copies, too, go only to a side that serves: without one there is nothing to judge. */
const isMirrored = ({ draft, deps, world }: PassContext): boolean =>
  draft.status.run?.mirrored === true &&
  // guard: copies-only-to-what-serves
  readReadySides(deps, world.namespace, world.names).canary;

/** The canary whose route is one rule for everybody. */
function withoutPick(canary: Canary): Canary {
  const { match: _, ...analysis } = canary.spec.analysis;
  return { ...canary, spec: { ...canary.spec, analysis } };
}

/** A step is held from when its routes match; when a side falls out or comes back it begins anew. */
function noteHold(context: PassContext, routes: PlannedRoutes | 'leave', guarded: GuardedRoutes): void {
  const { memory, world } = context;
  const alone = guarded.alone === 'canary';
  const route = world.router.observe(world.canary, reader(context));
  // guard: checks-wait-for-the-routes
  memory.routesProblem = problemOf(context, routes, guarded, route);
  if (memory.routesProblem !== undefined) /* guard: hold-begins-anew-after-a-loss */ memory.hold = undefined;
  else if (
    memory.hold === undefined ||
    // guard: hold-begins-anew-with-each-step
    memory.hold.step !== stepKey(context) ||
    // guard: hold-begins-anew-when-the-primary-comes-back
    memory.hold.alone !== alone
  )
    memory.hold = { step: stepKey(context), since: world.now, alone };
}

function problemOf(
  context: PassContext,
  routes: PlannedRoutes | 'leave',
  guarded: GuardedRoutes,
  route: RouteObservation | undefined,
): string | undefined {
  if (!context.world.router.capabilities.weights) return undefined;
  if (routes === 'leave' || /* guard: guarded-step-is-not-held */ guarded.alone === 'primary')
    return guarded.reason;
  if (route === undefined) return 'the routes do not exist yet';
  // guard: gateway-must-accept
  if (route.notAccepted !== undefined) return route.notAccepted;
  // guard: copies-are-waited-for
  if (context.draft.status.run?.mirrored === true && !route.mirrored)
    return 'no requests are copied to the canary yet';
  return sameWeights(route.weights, routes.weights) ? undefined : 'the routes say something else';
}
