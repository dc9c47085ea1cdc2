import type { OutgoingHttpHeaders } from 'node:http';
import { list, record, text } from '../pod.ts';
import type { PathMatch } from './route-match.ts';
import type { Filter } from './route-rule.ts';

/** Filters of this gateway; a route with another one is not accepted, instead of applied in part. */
export const supportedFilters: readonly string[] = [
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'URLRewrite',
  'RequestRedirect',
  'RequestMirror',
  'CORS',
];

export function modifyHeaders(
  headers: OutgoingHttpHeaders,
  filters: readonly Filter[],
  type: 'RequestHeaderModifier' | 'ResponseHeaderModifier',
): OutgoingHttpHeaders {
  const result = { ...headers };
  const field = type === 'RequestHeaderModifier' ? 'requestHeaderModifier' : 'responseHeaderModifier';
  for (const filter of filters.filter((candidate) => candidate['type'] === type)) {
    const modifier = record(filter[field]);
    for (const name of list(modifier['remove'])) delete result[text(name).toLowerCase()];
    for (const { name, value } of pairs(modifier['set'])) result[name] = value;
    for (const { name, value } of pairs(modifier['add'])) result[name] = joined(result[name], name, value);
  }
  return result;
}

function pairs(value: unknown): readonly { readonly name: string; readonly value: string }[] {
  return list(value)
    .map(record)
    .map((pair) => ({ name: text(pair['name']).toLowerCase(), value: text(pair['value']) }));
}

function joined(
  present: OutgoingHttpHeaders[string],
  name: string,
  value: string,
): NonNullable<OutgoingHttpHeaders[string]> {
  if (present === undefined) return name === 'set-cookie' ? [value] : value;
  // Cookies cannot be joined by commas.
  if (name === 'set-cookie') return [...(Array.isArray(present) ? present : [String(present)]), value];
  return `${String(present)},${value}`;
}

/** The path and host that the backend sees. */
export function rewrite(
  target: { readonly path: string; readonly search: string; readonly host: string },
  filters: readonly Filter[],
  match: PathMatch,
): { readonly path: string; readonly host: string } {
  const filter = filters.find((candidate) => candidate['type'] === 'URLRewrite');
  const urlRewrite = record(filter?.['urlRewrite']);
  return {
    path: replacePath(target.path, record(urlRewrite['path']), match) + target.search,
    host: text(urlRewrite['hostname']) || target.host,
  };
}

/** `Location` and status of a RequestRedirect; undefined: the rule does not redirect. */
export function redirect(
  target: { readonly path: string; readonly search: string; readonly host: string },
  filters: readonly Filter[],
  match: PathMatch,
): { readonly status: number; readonly location: string } | undefined {
  const filter = filters.find((candidate) => candidate['type'] === 'RequestRedirect');
  if (filter === undefined) return undefined;
  const to = record(filter['requestRedirect']);
  const [host = '', port = ''] = target.host.split(':');
  const scheme = text(to['scheme']) || 'http';
  // A new scheme uses its default port, unless the filter names one.
  const given = to['port'];
  const wanted = typeof given === 'number' ? `${given}` : to['scheme'] === undefined ? port : '';
  const isDefault = wanted === (scheme === 'https' ? '443' : '80');
  const suffix = wanted === '' || isDefault ? '' : `:${wanted}`;
  const path = replacePath(target.path, record(to['path']), match);
  const location = `${scheme}://${text(to['hostname']) || host}${suffix}${path}${target.search}`;
  return { status: typeof to['statusCode'] === 'number' ? to['statusCode'] : 302, location };
}

function replacePath(path: string, modifier: Readonly<Record<string, unknown>>, match: PathMatch): string {
  if (modifier['type'] === 'ReplaceFullPath') return text(modifier['replaceFullPath']) || '/';
  if (modifier['type'] !== 'ReplacePrefixMatch' || match.type !== 'PathPrefix') return path;
  const rest = path.slice(match.value.replace(/\/$/, '').length);
  const prefix = text(modifier['replacePrefixMatch']).replace(/\/$/, '');
  return `${prefix}${rest === '' || rest.startsWith('/') ? rest : `/${rest}`}` || '/';
}
