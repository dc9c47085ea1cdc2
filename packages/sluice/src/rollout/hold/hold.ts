import type { DutyFact, Held } from '../held.ts';
import { holdFinalizer } from './finalizer.ts';
import { removeFormer } from './former.ts';
import { attempt, forgetRefusals, matches } from './holding.ts';
import type { Holding } from './holding.ts';
import { holdPrimary } from './primary.ts';
import { guardedPlan, holdRoutes, readRoutes, retreatRoutes } from './routes.ts';
import { holdScaler } from './scaler.ts';
import { holdServices } from './services.ts';
import { holdSize } from './size.ts';

/**
 * Makes the objects match the recorded status, in every place: weight steps, rollbacks, repairs of foreign changes and the
 * recovery from a crash are the same code. Live traffic comes first, the size of the target last, behind the guard of the
 * last healthy copy.
 */
export async function hold(holding: Holding): Promise<Held> {
  const finalizer = await attempt(holding, holdFinalizer);
  const services = await attempt(holding, holdServices);
  const plan = guardedPlan(holding);
  const routed = await attempt(holding, (own) => holdRoutes(own, plan));
  const routes = readRoutes(holding, plan);
  const primary = await attempt(holding, holdPrimary);
  const scaler = await attempt(holding, holdScaler);
  // A first scale-down waits until everything that is to serve in place of the target is there.
  const size = isBarred(scaler) ? matches : await attempt(holding, (own) => holdSize(own, routes));
  const former = await attempt(holding, (own) => removeFormer(own, routes));
  const facts = { finalizer, services, routes: routed, primary, scaler, size, former };
  forgetRefusals(holding, Object.values(facts));
  return { facts, routes };
}

/**
 * The duties while the spec is invalid: move the traffic back to the primary by the existing objects, and stop a canary
 * without traffic. Nothing new is made.
 */
export async function holdWayBack(holding: Holding): Promise<Held> {
  const plan = guardedPlan(holding);
  const routed = await attempt(holding, (own) => retreatRoutes(own, plan));
  const routes = readRoutes(holding, plan);
  const primary = await attempt(holding, holdPrimary);
  const size = await attempt(holding, (own) => holdSize(own, routes));
  return { facts: { ...nothingHeld.facts, routes: routed, primary, size }, routes };
}

const isBarred = (fact: DutyFact): boolean => fact.state === 'blocked' && fact.bars;

const untouched: DutyFact = {
  state: 'blocked',
  bars: true,
  wait: { for: 'person', reason: 'Untouched', message: 'left untouched until it is fixed' },
};

/** The result for a canary that is left untouched: it is not adopted, was never valid, or an older Canary claims its objects. */
export const nothingHeld: Held = {
  facts: {
    finalizer: untouched,
    services: untouched,
    routes: untouched,
    primary: untouched,
    scaler: untouched,
    size: untouched,
    former: untouched,
  },
  routes: { since: undefined, alone: false, problem: 'the routes are not touched', refused: undefined },
};
