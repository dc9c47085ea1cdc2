import type { IncomingHttpHeaders } from 'node:http';
import { wholeRe2 } from '@sluice/lib/text/whole-re2.ts';
import { list, record, text } from '../pod.ts';

/** Parts of a request that routes match. */
export interface RoutedRequest {
  readonly method: string;
  /** Lower case, without the port. */
  readonly host: string;
  /** As the client sent it, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
  readonly test: (path: string) => boolean;
}

interface ValueMatch {
  readonly name: string;
  readonly test: (value: string) => boolean;
}

/** One entry of `rules[].matches`: all of it must hold. */
export interface RouteMatch {
  readonly path: PathMatch;
  readonly method: string | undefined;
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
}

/** Throws `SluiceError` on an invalid regular expression. */
export function readMatch(value: unknown): RouteMatch {
  const match = record(value);
  return {
    path: readPathMatch(record(match['path'])),
    method: text(match['method']) || undefined,
    headers: list(match['headers']).map((item) => readValueMatch(item, true)),
    query: list(match['queryParams']).map((item) => readValueMatch(item, false)),
  };
}

export function matchesRequest(match: RouteMatch, request: RoutedRequest): boolean {
  return (
    match.path.test(request.path) &&
    (match.method === undefined || match.method === request.method) &&
    match.headers.every((header) => {
      const value = request.headers[header.name];
      return value !== undefined && header.test(String(value));
    }) &&
    match.query.every((parameter) => {
      const value = request.query.get(parameter.name);
      return value !== null && parameter.test(value);
    })
  );
}

function readPathMatch(path: Readonly<Record<string, unknown>>): PathMatch {
  const value = text(path['value']) || '/';
  if (path['type'] === 'Exact') return { type: 'Exact', value, test: (candidate) => candidate === value };
  if (path['type'] === 'RegularExpression')
    return { type: 'RegularExpression', value, test: wholeMatch(value) };
  // Prefixes match whole elements: /ab matches /ab and /ab/c, not /abc; a trailing slash does not count.
  const prefix = value.replace(/\/$/, '');
  const test = (candidate: string): boolean => candidate === prefix || candidate.startsWith(`${prefix}/`);
  return { type: 'PathPrefix', value, test };
}

function readValueMatch(value: unknown, isHeader: boolean): ValueMatch {
  const match = record(value);
  const wanted = text(match['value']);
  const name = text(match['name']);
  const regex = match['type'] === 'RegularExpression' ? wholeMatch(wanted) : undefined;
  return {
    name: isHeader ? name.toLowerCase() : name,
    test: regex ?? ((candidate) => candidate === wanted),
  };
}

/** Matches whole values in RE2's syntax, as gateways on Envoy do: in linear time, whatever the expression. */
function wholeMatch(pattern: string): (value: string) => boolean {
  const expression = wholeRe2(pattern);
  return (value) => expression.test(value);
}
