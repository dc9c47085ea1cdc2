import { revertDeadline } from '../../../rules/run/finalizer.ts';
import type { DutyFact, Held } from '../../held.ts';
import { nothingHeld } from '../hold.ts';
import { attempt, matches } from '../holding.ts';
import type { Holding } from '../holding.ts';
import { guardedPlan, holdRoutes, readRoutes } from '../routes.ts';
import { growTarget } from './grow-target.ts';
import { leaveServing } from './leave-serving.ts';
import { leadApex, releaseRoutes } from './move-traffic.ts';
import { targetReadiness } from '../../look/target-readiness.ts';
import { targetToRevert } from '../../look/target-to-revert.ts';

/**
 * The duties of a Canary that is deleted with `revertOnDeletion`: scale the target up, and once it serves, point the apex
 * service and the routes at it. The primary serves until then.
 */
export async function holdRevert(holding: Holding): Promise<Held> {
  const { seen, status, deps } = holding;
  const routes = {
    since: undefined,
    alone: false,
    problem: 'the Canary is being deleted',
    refused: undefined,
  };
  const held = { ...nothingHeld, routes };
  if (targetToRevert(seen) === undefined) return { ...held, facts: allMatch };
  if (seen.now >= revertDeadline(seen.canary))
    return { ...held, facts: { ...allMatch, primary: await attempt(holding, leaveServing) } };
  // The end of the run that was on is recorded first.
  if (status.phase !== 'Terminating') return held;
  const size = await attempt(holding, growTarget);
  // guard: deletion-holds-the-routes-meanwhile
  if (targetReadiness(seen, deps)?.ready !== true) {
    const plain = await holdPlainRoutes(holding);
    return { ...plain, facts: { ...plain.facts, size } };
  }
  const services = await attempt(holding, leadApex);
  const routed = services.state === 'matches' ? await attempt(holding, releaseRoutes) : matches;
  return { routes, facts: { ...allMatch, size, services, routes: routed } };
}

const allMatch: Held['facts'] = {
  finalizer: matches,
  services: matches,
  routes: matches,
  primary: matches,
  scaler: matches,
  size: matches,
  former: matches,
};

async function holdPlainRoutes(holding: Holding): Promise<Held> {
  const plan = guardedPlan(holding);
  const routes: DutyFact = await attempt(holding, (own) => holdRoutes(own, plan));
  return { facts: { ...allMatch, routes }, routes: readRoutes(holding, plan) };
}
