import type { Canary, SessionAffinity } from '../../api/canary.ts';
import { showValue } from '../../api/field-problem.ts';
import type { RouteCookies, Weights } from '../../ports/router.ts';
import { serviceOf } from '../../rules/objects/service-spec.ts';
import { SpecError } from '../../rules/validation/spec-error.ts';
import type { RouteFilter } from './map-filters.ts';
import type { RouteMatch } from './map-matches.ts';
import { cookiePattern, setCookie, takeBackCookie } from './session-cookie.ts';

/** A rule with both backends. */
export interface SplitRule {
  readonly matches: readonly RouteMatch[];
  /** Of any sum. */
  readonly weights: Weights;
  /** Filters on the answers of one side only; a rule may have only one ResponseHeaderModifier of its own. */
  readonly primaryFilters?: readonly RouteFilter[];
  readonly canaryFilters?: readonly RouteFilter[];
}

/**
 * The rules that keep callers at their side, the weighted rule for everybody else last. The weights come from
 * the guard: a side with weight 0 gets no callers, whatever their cookie, and they keep it until the side is back.
 */
export function affinityRules(
  canary: Canary,
  matches: readonly RouteMatch[],
  weights: Weights,
  cookies: RouteCookies | undefined,
): readonly SplitRule[] {
  const affinity = canary.spec.analysis.sessionAffinity;
  if (affinity === undefined) return [{ matches, weights }];
  requireFreeCookieHeader(canary);
  if (cookies?.canary !== undefined && weights.canary > 0) {
    return runningRules(affinity, matches, weights, { ...cookies, canary: cookies.canary });
  }
  const ended = cookies?.canary === undefined ? cookies?.previous : undefined;
  if (ended === undefined) return [{ matches, weights }];
  const filters = [addSetCookie(takeBackCookie(ended, affinity))];
  const takeBack = { weights, primaryFilters: filters, canaryFilters: filters };
  return [
    { matches: withCookie(matches, ended), ...takeBack },
    { matches, weights },
  ];
}

function runningRules(
  affinity: SessionAffinity,
  matches: readonly RouteMatch[],
  weights: Weights,
  cookies: RouteCookies & { readonly canary: string },
): readonly SplitRule[] {
  const { canary, primary, redraw } = cookies;
  const draw = {
    canaryFilters: [addSetCookie(setCookie(canary, affinity))],
    ...(primary === undefined ? {} : { primaryFilters: [addSetCookie(setCookie(primary, affinity))] }),
  };
  const keep = (cookie: string, all: Weights) => ({ matches: withCookie(matches, cookie), weights: all });
  const rules: SplitRule[] = [keep(canary, { primary: 0, canary: 100 })];
  if (primary !== undefined && weights.primary > 0) {
    rules.push(keep(primary, { primary: 100, canary: 0 }));
    // These callers stayed at `redraw.weight`; the share that moves now makes the total the new weight.
    const more = redraw === undefined ? 0 : weights.canary - redraw.weight;
    if (redraw !== undefined && more > 0) {
      rules.push({ ...keep(redraw.cookie, { primary: weights.primary, canary: more }), ...draw });
    }
  }
  return [...rules, { matches, weights, ...draw }];
}

function addSetCookie(value: string): RouteFilter {
  const add = [{ name: 'Set-Cookie', value }];
  return { type: 'ResponseHeaderModifier', responseHeaderModifier: { add } };
}

/** Adds one header, which puts the rule before that for everybody else in the Gateway API's order. */
function withCookie(matches: readonly RouteMatch[], cookie: string): readonly RouteMatch[] {
  const header = { type: 'RegularExpression', name: 'Cookie', value: cookiePattern(cookie) };
  return matches.map((match) => ({ ...match, headers: [...match.headers, header] }));
}

/** Throws `SpecError` when `service.match` uses Cookie: a rule matches a header once, so one would be lost. */
export function requireFreeCookieHeader(canary: Canary): void {
  const matches = serviceOf(canary).match ?? [];
  const index = matches.findIndex((match) =>
    Object.keys(match.headers ?? {}).some((name) => name.toLowerCase() === 'cookie'),
  );
  if (index === -1) return;
  throw new SpecError({
    field: `spec.service.match[${index}].headers`,
    value: showValue(matches[index]?.headers),
    message: 'spec.analysis.sessionAffinity needs the Cookie header for itself; take one of the two out',
  });
}
