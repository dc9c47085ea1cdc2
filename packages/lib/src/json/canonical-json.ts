import { hash } from 'node:crypto';

/**
 * JSON in which equal values have equal text: keys sorted by code unit, no white space, `undefined` dropped
 * from objects (and `null` in arrays), as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([left], [right]) => (left < right ? -1 : 1));
  // fromEntries defines own properties, so a key "__proto__" stays a key. Integer-like keys come first
  // whatever the order here, which is canonical as well.
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/**
 * `v1:` and 16 hex digits of the SHA-256 of the canonical JSON. The tag names the scheme: a later scheme gets
 * another tag, so that an upgrade is never taken for a change.
 */
export function hashJson(value: unknown): string {
  return `v1:${hash('sha256', canonicalJson(value)).slice(0, 16)}`;
}
