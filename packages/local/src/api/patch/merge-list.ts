import { canonicalJson } from '@sluice/lib/json/canonical-json.ts';
import { isObject, type JsonObject } from '../../store/json.ts';
import { badRequest } from '../../store/status-error.ts';

/** Defaults of absent key members: ports without a protocol are TCP, both in manifests and in patches. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/**
 * Equal for items that a list treats as one: those with the same `keys`, or without `keys` those that are equal. Lists
 * are looked up by it, because comparing each item with each takes minutes for a body that the API server accepts.
 * Undefined for what has no keys.
 */
export function itemKey(item: unknown, keys: readonly string[] | undefined): string | undefined {
  if (keys === undefined) return canonicalJson(item);
  if (!isObject(item)) return undefined;
  return canonicalJson(keys.map((key) => item[key] ?? keyDefaults[key] ?? null));
}

/** Merges changes into the items with the same keys, and appends new items in their order. */
export function mergeKeyed(
  standing: readonly unknown[],
  changes: readonly JsonObject[],
  list: {
    readonly rule: { readonly keys: readonly string[] };
    readonly merge: (item: JsonObject, change: JsonObject) => JsonObject;
    readonly path: readonly string[];
  },
): unknown[] {
  const { keys } = list.rule;
  const result: unknown[] = [...standing];
  const places = placesOf(result, keys);
  for (const change of changes) {
    if (keys.every((key) => change[key] === undefined)) {
      throw badRequest(`an item of ${list.path.join('.')} lacks its merge key ${keys.join(', ')}`);
    }
    const key = itemKey(change, keys) ?? '';
    const place = places.get(key) ?? result.length;
    const found = result[place];
    result[place] = list.merge(isObject(found) ? found : {}, change);
    places.set(key, place);
  }
  return result;
}

/** Index of the first item with each key. */
export function placesOf(
  items: readonly unknown[],
  keys: readonly string[] | undefined,
): Map<string, number> {
  const places = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const key = itemKey(item, keys);
    if (key !== undefined && !places.has(key)) places.set(key, index);
  }
  return places;
}

export function unionOf(standing: readonly unknown[], added: readonly unknown[]): unknown[] {
  const known = placesOf(standing, undefined);
  return [...standing, ...added.filter((value) => !known.has(canonicalJson(value)))];
}
