import type { Audience, RouteObservation } from '../../ports/router.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import { guardRoutes, sameWeights } from '../../rules/traffic/guard-routes.ts';
import type { GuardedRoutes } from '../../rules/traffic/guard-routes.ts';
import { isInitializing } from '../../rules/run/phases.ts';
import { planRoutes } from '../../rules/traffic/plan-routes.ts';
import type { PlannedRoutes } from '../../rules/traffic/plan-routes.ts';
import { routeCookies, sessionCookies } from '../../rules/traffic/session-cookies.ts';
import { stepKeyOf } from '../../rules/run/step-key.ts';
import { patchObject, writeObject } from '../carry-out/write-object.ts';
import { clearWarning, warnOnce } from '../draft.ts';
import type { DutyFact, RoutesFact } from '../held.ts';
import { isPrimaryReady, readReadySides } from '../look/readiness.ts';
import { readerOf } from '../look/reader.ts';
import { matches } from './holding.ts';
import type { Holding } from './holding.ts';

/** The wanted routes, and what the guard allows of them. */
export interface GuardedPlan extends GuardedRoutes {
  readonly routes: PlannedRoutes | 'leave';
}

/** Undefined: the routes are not touched yet. */
export function guardedPlan({ seen, status, deps }: Holding): GuardedPlan | undefined {
  // guard: no-routes-before-the-primary-serves
  if (isInitializing(status.phase) && !isPrimaryReady(seen)) return undefined;
  const plan = planRoutes(seen.strategy, status);
  const guarded: GuardedRoutes = seen.router.capabilities.weights
    ? // guard: no-route-to-nobody
      guardRoutes(plan, readReadySides(deps, seen.namespace, seen.names))
    : { routes: plan };
  // Before the routes exist there is nothing to leave: a route to nobody is better than none.
  const routes =
    guarded.routes === 'leave' && /* guard: neither-ready-nothing-moves */ seen.route === undefined
      ? // guard: first-routes-are-written-whoever-is-ready
        plan
      : guarded.routes;
  return { ...guarded, routes };
}

/** Writes the routes that the guard allows. */
export async function holdRoutes(holding: Holding, plan: GuardedPlan | undefined): Promise<DutyFact> {
  if (plan === undefined) return matches;
  sayGuarded(holding, plan);
  if (plan.routes !== 'leave') await writeRoutes(holding, plan.routes);
  return matches;
}

/**
 * Moves all traffic to the primary by patching the existing objects, so that the way back needs no valid spec. Leaves the
 * routes alone while the status wants any other weight.
 */
export async function retreatRoutes(holding: Holding, plan: GuardedPlan | undefined): Promise<DutyFact> {
  if (plan === undefined) return matches;
  sayGuarded(holding, plan);
  if (plan.routes === 'leave' || plan.routes.weights.canary > 0) return matches;
  const { router, canary } = holding.seen;
  for (const { resource, object, wanted } of router.retreat(canary, readerOf(holding.deps))) {
    const patch = patchTo(object, wanted);
    if (patch !== undefined) await patchObject(holding, resource, object, patch);
  }
  return matches;
}

function sayGuarded(holding: Holding, { reason }: GuardedPlan): void {
  if (reason === undefined) clearWarning(holding, 'TrafficGuarded');
  else warnOnce(holding, 'TrafficGuarded', reason);
}

async function writeRoutes(holding: Holding, routes: PlannedRoutes): Promise<void> {
  const { seen, status } = holding;
  const cookies = routeCookies(sessionCookies(status));
  const plan = {
    canary: seen.canary,
    audience: audienceOf(holding, routes),
    weights: routes.weights,
    mirror: isMirrored(holding),
    ports: { primary: seen.serving.port, canary: seen.asked.port },
    ...(cookies === undefined ? {} : { cookies }),
  };
  for (const { resource, object } of seen.router.render(plan, readerOf(holding.deps)))
    await writeObject(holding, resource, object);
}

function audienceOf({ seen }: Holding, { pickedOnly }: PlannedRoutes): Audience {
  const { match } = seen.canary.spec.analysis;
  return pickedOnly && match !== undefined ? { kind: 'picked', matches: match } : { kind: 'everybody' };
}

/** Requests are mirrored only to a side that serves: otherwise there is nothing to analyse. */
const isMirrored = ({ status, deps, seen }: Holding): boolean =>
  status.run?.mirrored === true &&
  // guard: copies-only-to-what-serves
  readReadySides(deps, seen.namespace, seen.names).canary;

/** Reads the routes back. The interval of a step begins when its routes match, and again when a side stops or starts serving. */
export function readRoutes(holding: Holding, plan: GuardedPlan | undefined): RoutesFact {
  const { memory, seen, status } = holding;
  const route = seen.router.observe(seen.canary, readerOf(holding.deps));
  const refused = refusalOf(holding, route);
  if (plan === undefined)
    return { since: undefined, alone: false, problem: 'the primary does not serve yet', refused };
  const alone = plan.alone === 'canary';
  const step = stepKeyOf(status);
  const problem = problemOf(holding, plan, route);
  if (problem !== undefined) /* guard: hold-begins-anew-after-a-loss */ memory.hold = undefined;
  else if (
    memory.hold === undefined ||
    // guard: hold-begins-anew-with-each-step
    memory.hold.step !== step ||
    // guard: hold-begins-anew-when-the-primary-comes-back
    memory.hold.alone !== alone
  )
    memory.hold = { step, since: seen.now, alone };
  return { since: problem === undefined ? memory.hold?.since : undefined, alone, problem, refused };
}

/** The refusal of the gateway, and since when. */
function refusalOf({ memory, seen }: Holding, route: RouteObservation | undefined): RoutesFact['refused'] {
  const word = route?.gateway;
  if (word === undefined || word.state === 'follows') {
    memory.gateway = undefined;
    return undefined;
  }
  const since = memory.gateway?.state === word.state ? memory.gateway.since : seen.now;
  memory.gateway = { state: word.state, since };
  return { ...word, since };
}

function problemOf(
  { seen, status }: Holding,
  { routes, alone, reason }: GuardedPlan,
  route: RouteObservation | undefined,
): string | undefined {
  if (!seen.router.capabilities.weights) return undefined;
  if (routes === 'leave' || /* guard: guarded-step-is-not-held */ alone === 'primary') return reason;
  if (route === undefined) return 'the routes do not exist yet';
  const { gateway } = route;
  // guard: gateway-must-accept
  if (gateway.state === 'refuses' || gateway.state === 'pending') return gateway.message;
  // guard: copies-are-waited-for
  if (status.run?.mirrored === true && !route.mirrored) return 'no requests are copied to the canary yet';
  return sameWeights(route.weights, routes.weights) ? undefined : 'the routes say something else';
}
