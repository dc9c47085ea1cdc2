import { showValue } from '../../api/field-problem.ts';
import { SpecError } from '../../rules/validation/spec-error.ts';

/** At most one of the four is set. */
export interface TextMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly regex?: string;
}

/** The fields that `service.match` and `analysis.match` have in common with an HTTPRoute. */
export interface RequestMatch {
  readonly uri?: TextMatch;
  readonly method?: TextMatch;
  readonly headers?: Readonly<Record<string, TextMatch>>;
  readonly queryParams?: Readonly<Record<string, TextMatch>>;
}

/** `matches` of one HTTPRoute rule from `service.match` or `analysis.match`; `field` names it in errors. */
export function mapMatches(
  matches: readonly RequestMatch[] | undefined,
  field: string,
): readonly RouteMatch[] {
  if (matches === undefined || matches.length === 0) return [anyPath];
  return matches.map((match, index) => mapMatch(match, `${field}[${index}]`));
}

/** `matches` for the requests of an A/B test. */
export function mapPickedMatches(matches: readonly RequestMatch[], field: string): readonly RouteMatch[] {
  return matches.map((match, index) => mapPickedMatch(match, `${field}[${index}]`));
}

/** Throws `SpecError` for a match without headers and queryParams, which would send everyone to the canary. */
export function mapPickedMatch(match: RequestMatch, field: string): RouteMatch {
  const mapped = mapMatch(match, field);
  if (mapped.headers.length + mapped.queryParams.length > 0) return mapped;
  throw unsupported(field, match, 'headers or queryParams');
}

/** Matches that one rule of an HTTPRoute may have. */
const mostMatches = 64;

/** Throws `SpecError` when the matches of an A/B test, each within each of the service, would be more than a rule may have. */
export function requireFewMatches(picked: number, served: number): void {
  // guard: matches-of-a-test-are-bounded
  if (picked * Math.max(1, served) <= mostMatches) return;
  throw new SpecError({
    field: 'spec.analysis.match',
    value: showValue(picked),
    message: `each of these is combined with each of the ${served} in spec.service.match, and a rule of an HTTPRoute has at most ${mostMatches}: write fewer`,
  });
}

/** Requests of the A/B rule: every condition of the analysis within every match of the service. */
export function mergeMatches(
  analysis: readonly RouteMatch[],
  service: readonly RouteMatch[],
): readonly RouteMatch[] {
  requireFewMatches(analysis.length, service.length);
  return analysis.flatMap((picked) =>
    service.map((base) => ({
      ...base,
      headers: mergeByName(base.headers, picked.headers),
      queryParams: mergeByName(base.queryParams, picked.queryParams),
    })),
  );
}

/**
 * One match of an HTTPRoute rule. `undefined` says that the field must not be there. Defaults of the CRD are
 * written out, since a list is compared with the server's version of it.
 */
export interface RouteMatch {
  readonly path: { readonly type: string; readonly value: string };
  readonly method: string | undefined;
  readonly headers: readonly NamedMatch[];
  readonly queryParams: readonly NamedMatch[];
}

export interface NamedMatch {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

export const anyPath: RouteMatch = {
  path: { type: 'PathPrefix', value: '/' },
  method: undefined,
  headers: [],
  queryParams: [],
};

/** Throws `SpecError` for a condition that an HTTPRoute cannot match. */
export function mapMatch(match: RequestMatch, field: string): RouteMatch {
  return {
    path: mapPath(match.uri),
    method: mapMethod(match.method, `${field}.method`),
    headers: mapNamed(match.headers, `${field}.headers`),
    queryParams: mapNamed(match.queryParams, `${field}.queryParams`),
  };
}

function mapPath(uri: TextMatch | undefined): RouteMatch['path'] {
  if (uri?.regex) return { type: 'RegularExpression', value: uri.regex };
  if (uri?.exact) return { type: 'Exact', value: uri.exact };
  return { type: 'PathPrefix', value: uri?.prefix || '/' };
}

function mapMethod(method: TextMatch | undefined, field: string): string | undefined {
  if (method === undefined) return undefined;
  if (method.exact) return method.exact;
  throw unsupported(field, method, 'exact');
}

function mapNamed(
  conditions: Readonly<Record<string, TextMatch>> | undefined,
  field: string,
): readonly NamedMatch[] {
  return Object.entries(conditions ?? {})
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, match]) => {
      if (match.exact) return { type: 'Exact', name, value: match.exact };
      if (match.regex) return { type: 'RegularExpression', name, value: match.regex };
      throw unsupported(`${field}.${name}`, match, 'exact or regex');
    });
}

/** Names are the list's key in the CRD, so each may come once; the analysis overrides the service. */
function mergeByName(base: readonly NamedMatch[], picked: readonly NamedMatch[]): readonly NamedMatch[] {
  const taken = new Set(picked.map(({ name }) => name.toLowerCase()));
  return [...base.filter(({ name }) => !taken.has(name.toLowerCase())), ...picked];
}

function unsupported(field: string, value: unknown, allowed: string): SpecError {
  return new SpecError({
    field: `spec.${field}`,
    value: showValue(value),
    message: `the Gateway API has no such match; use ${allowed}`,
  });
}
