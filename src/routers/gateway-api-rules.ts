import type { Canary } from '../api/canary.ts';
import type { RouteCookies, RoutePlan } from '../ports/router.ts';
import { namesOf } from '../rules/names.ts';
import { serviceOf } from '../rules/service-spec.ts';
import { strategyOf } from '../rules/strategy.ts';
import { mapFilters, mirrorFilter } from './route-filters.ts';
import type { RouteFilter } from './route-filters.ts';
import { mapMatches, mapPickedMatches, mergeMatches } from './route-match.ts';
import { affinityRules } from './session-affinity.ts';
import type { SplitRule } from './session-affinity.ts';

type RouteRule = Readonly<Record<string, unknown>>;

/**
 * `rules` of the HTTPRoute: one weighted rule, with session affinity behind those that keep callers; for A/B the
 * rule of the picked requests, then the primary for all others. `extended`: see `GatewayApiVersion`.
 */
export function renderRules(plan: RoutePlan, extended: boolean): readonly RouteRule[] {
  const { canary, weights } = plan;
  const { analysis } = canary.spec;
  const base = mapMatches(serviceOf(canary).match, 'service.match');
  if (strategyOf(analysis) === 'ab-testing') {
    const matches = mergeMatches(mapPickedMatches(analysis.match ?? [], 'analysis.match'), base);
    const others = { ...frame(plan, extended, false), backendRefs: [primaryBackend(plan, 100, undefined)] };
    return [renderSplit(plan, extended, { matches, weights }), { matches: base, ...others }];
  }
  const cookies = plan.cookies && (extended ? plan.cookies : withoutPrimary(plan.cookies));
  return affinityRules(canary, base, weights, cookies).map((rule) => renderSplit(plan, extended, rule));
}

/** One rule for everybody that leads to the apex service: what is left when the Canary and both its sides are gone. */
export function renderReleasedRule(canary: Canary, extended: boolean): RouteRule {
  const plan: RoutePlan = { canary, weights: { primary: 100, canary: 0 }, mirror: false };
  const matches = mapMatches(serviceOf(canary).match, 'service.match');
  const backendRefs = [backend(plan, namesOf(canary).apex, 1, undefined)];
  return { matches, ...frame(plan, extended, false), backendRefs };
}

function withoutPrimary({ primary: _primary, redraw: _redraw, ...cookies }: RouteCookies): RouteCookies {
  return cookies;
}

function renderSplit(plan: RoutePlan, extended: boolean, rule: SplitRule): RouteRule {
  const name = namesOf(plan.canary).canaryService;
  return {
    matches: rule.matches,
    ...frame(plan, extended, plan.mirror),
    backendRefs: [
      primaryBackend(plan, rule.weights.primary, rule.primaryFilters),
      backend(plan, name, rule.weights.canary, rule.canaryFilters),
    ],
  };
}

/** What all rules of the route have in common. */
function frame(plan: RoutePlan, extended: boolean, mirrors: boolean) {
  const service = serviceOf(plan.canary);
  const filters = mapFilters(service, { cors: extended });
  const { canaryService } = namesOf(plan.canary);
  const mirror = mirrors ? [mirrorFilter({ name: canaryService, port: service.port })] : [];
  return {
    // Always written, also when empty: a filter that went away must not live on in the object.
    filters: [...filters, ...mirror],
    timeouts: extended ? timeouts(service.timeout, service.backendTimeout) : undefined,
  };
}

function primaryBackend(plan: RoutePlan, weight: number, filters: readonly RouteFilter[] | undefined) {
  return backend(plan, namesOf(plan.canary).primaryService, weight, filters);
}

function backend(plan: RoutePlan, name: string, weight: number, filters: readonly RouteFilter[] | undefined) {
  // `undefined` says that no filter may stand there: a cookie of an earlier run must not live on.
  return { group: '', kind: 'Service', name, port: serviceOf(plan.canary).port, weight, filters };
}

function timeouts(request: string | undefined, backendRequest: string | undefined) {
  if (!request && !backendRequest) return undefined;
  return { request: request || undefined, backendRequest: backendRequest || undefined };
}
