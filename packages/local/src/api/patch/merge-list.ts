import { equalJson, isObject, type JsonObject } from '../../store/json.ts';
import { badRequest } from '../../store/status-error.ts';

/** Defaults of absent key members: ports without a protocol are TCP, both in manifests and in patches. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

export function sameKeys(left: unknown, right: unknown, keys: readonly string[]): boolean {
  if (!isObject(left) || !isObject(right)) return false;
  return keys.every((key) => equalJson(left[key] ?? keyDefaults[key], right[key] ?? keyDefaults[key]));
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
  for (const change of changes) {
    if (keys.every((key) => change[key] === undefined)) {
      throw badRequest(`an item of ${list.path.join('.')} lacks its merge key ${keys.join(', ')}`);
    }
    const index = result.findIndex((item) => sameKeys(item, change, keys));
    const found = result[index];
    if (index >= 0 && isObject(found)) result[index] = list.merge(found, change);
    else result.push(list.merge({}, change));
  }
  return result;
}

export const unionOf = (standing: readonly unknown[], added: readonly unknown[]): unknown[] => [
  ...standing,
  ...added.filter((value) => !standing.some((item) => equalJson(item, value))),
];
