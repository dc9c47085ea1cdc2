import type { Canary } from '../../api/canary.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { RouteCookies, RoutePlan } from '../../ports/router.ts';
import { namesOf } from '../../rules/objects/names.ts';
import { serviceOf } from '../../rules/objects/service-spec.ts';
import { mapFilters, mirrorFilter } from './map-filters.ts';
import type { RouteFilter } from './map-filters.ts';
import { anyPath, mapMatches, mapPickedMatches, mergeMatches } from './map-matches.ts';
import type { RouteMatch } from './map-matches.ts';
import { affinityRules } from './session-affinity.ts';
import type { SplitRule } from './session-affinity.ts';

type RouteRule = Readonly<Record<string, unknown>>;

/** Parts of a rule from before the Canary that stay where the spec does not name them. */
export interface RuleFrame {
  readonly matches?: readonly JsonRecord[];
  readonly filters?: readonly JsonRecord[];
  readonly timeouts?: JsonRecord;
}

/** The parts that all rules of one frame have in common. */
interface Frame {
  readonly matches: readonly RouteMatch[];
  readonly filters: readonly unknown[];
  readonly timeouts: unknown;
}

/**
 * `rules` of the HTTPRoute: one weighted rule, with session affinity after the rules that keep callers; for A/B the
 * rule of the picked requests, then the primary for all others. `extended`: see `GatewayApiVersion`. `standing`: the
 * rules of a route that existed before the Canary; each is split.
 */
export function renderRules(
  plan: RoutePlan,
  extended: boolean,
  standing: readonly RuleFrame[] = [],
): readonly RouteRule[] {
  const own = ownFrame(plan.canary, extended);
  const frames = standing.length === 0 ? [{}] : standing;
  return frames.flatMap((frame) => splitRules(plan, extended, mergeFrame(own, frame)));
}

interface OwnFrame {
  readonly matches: readonly RouteMatch[] | undefined;
  readonly filters: readonly RouteFilter[];
  readonly timeouts: unknown;
}

function ownFrame(canary: Canary, extended: boolean): OwnFrame {
  const service = serviceOf(canary);
  const hasMatch = (service.match ?? []).length > 0;
  return {
    matches: hasMatch ? mapMatches(service.match, 'service.match') : undefined,
    filters: mapFilters(service, { cors: extended }),
    timeouts: extended ? timeoutsOf(service.timeout, service.backendTimeout) : undefined,
  };
}

/** Parts that the spec names win; all others stay as they were. */
function mergeFrame(own: OwnFrame, standing: RuleFrame): Frame {
  const stood = standing.matches as readonly RouteMatch[] | undefined;
  return {
    matches: own.matches ?? (stood === undefined || stood.length === 0 ? [anyPath] : stood.map(complete)),
    filters: own.filters.length > 0 ? own.filters : (standing.filters ?? []),
    timeouts: own.timeouts ?? standing.timeouts,
  };
}

/** Fills in the path of a match, as the server does, and empty lists of headers and parameters. */
const complete = (match: Partial<RouteMatch>): RouteMatch => ({
  ...match,
  path: match.path ?? anyPath.path,
  method: match.method,
  headers: match.headers ?? [],
  queryParams: match.queryParams ?? [],
});

function splitRules(plan: RoutePlan, extended: boolean, frame: Frame): readonly RouteRule[] {
  const { canary, weights, audience } = plan;
  if (audience.kind === 'picked') {
    const matches = mergeMatches(mapPickedMatches(audience.matches, 'analysis.match'), frame.matches);
    const others = { ...framed(plan, frame, false), backendRefs: [primaryBackend(plan, 100, undefined)] };
    return [renderSplit(plan, frame, { matches, weights }), { matches: frame.matches, ...others }];
  }
  const cookies = plan.cookies && (extended ? plan.cookies : withoutPrimary(plan.cookies));
  return affinityRules(canary, frame.matches, weights, cookies).map((rule) => renderSplit(plan, frame, rule));
}

/** One rule for everybody that leads to the apex service, left behind when the Canary and both sides are deleted. */
export function renderReleasedRule(canary: Canary, extended: boolean): RouteRule {
  const frame = mergeFrame(ownFrame(canary, extended), {});
  const { port } = serviceOf(canary);
  const backendRefs = [backend(namesOf(canary).apex, port, 1, undefined)];
  const { matches, filters, timeouts } = frame;
  return { matches, filters, timeouts, backendRefs };
}

function withoutPrimary({ primary: _primary, redraw: _redraw, ...cookies }: RouteCookies): RouteCookies {
  return cookies;
}

function renderSplit(plan: RoutePlan, frame: Frame, rule: SplitRule): RouteRule {
  const { canaryService } = namesOf(plan.canary);
  return {
    matches: rule.matches,
    ...framed(plan, frame, plan.mirror),
    backendRefs: [
      primaryBackend(plan, rule.weights.primary, rule.primaryFilters),
      backend(canaryService, plan.ports.canary, rule.weights.canary, rule.canaryFilters),
    ],
  };
}

function framed(plan: RoutePlan, { filters, timeouts }: Frame, mirrors: boolean) {
  const { canaryService } = namesOf(plan.canary);
  const mirror = mirrors ? [mirrorFilter({ name: canaryService, port: plan.ports.canary })] : [];
  return {
    // Always written, also when empty: a removed filter must not stay in the object.
    filters: [...filters, ...mirror],
    timeouts,
  };
}

const primaryBackend = (plan: RoutePlan, weight: number, filters: readonly RouteFilter[] | undefined) =>
  backend(namesOf(plan.canary).primaryService, plan.ports.primary, weight, filters);

function backend(name: string, port: number, weight: number, filters: readonly RouteFilter[] | undefined) {
  // `undefined` removes the filters: a cookie of an earlier run must not stay in the object.
  return { group: '', kind: 'Service', name, port, weight, filters };
}

function timeoutsOf(request: string | undefined, backendRequest: string | undefined) {
  if (!request && !backendRequest) return undefined;
  return { request: request || undefined, backendRequest: backendRequest || undefined };
}
