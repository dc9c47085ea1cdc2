import type { RouteMatch } from './route-match.ts';
import type { RouteRule } from './route-rule.ts';

/** One host and match of a rule. */
export interface RouteEntry {
  /** Exact or `*.suffix`; undefined: any host. */
  readonly host: string | undefined;
  readonly match: RouteMatch;
  readonly rule: RouteRule;
  /** creationTimestamp of the HTTPRoute. */
  readonly created: string;
}

const pathRank = { Exact: 2, RegularExpression: 1, PathPrefix: 0 } as const;

/**
 * Gateway API's order: the more specific host, path, method, number of headers, number of query parameters; then the
 * older route, then its name. (Gateway API leaves the rank of regular expressions to the implementation.)
 */
export function compareEntries(a: RouteEntry, b: RouteEntry): number {
  return (
    hostRank(b.host) - hostRank(a.host) ||
    pathRank[b.match.path.type] - pathRank[a.match.path.type] ||
    b.match.path.value.length - a.match.path.value.length ||
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.match.headers.length - a.match.headers.length ||
    b.match.query.length - a.match.query.length ||
    compareText(a.created, b.created) ||
    compareText(a.rule.route, b.rule.route)
  );
}

function hostRank(host: string | undefined): number {
  if (host === undefined) return 0;
  // An exact name wins over every wildcard; names are at most 253 characters long.
  return host.startsWith('*.') ? host.length : 1_000 + host.length;
}

const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
