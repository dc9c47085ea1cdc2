import { define, isObject, type JsonObject } from '../../store/json.ts';
import { badRequest } from '../../store/status-error.ts';
import type { ListRule, ListRules } from './list-keys.ts';
import { itemKey, mergeKeyed, placesOf, unionOf } from './merge-list.ts';

const deletion = '$deleteFromPrimitiveList/';
const order = '$setElementOrder/';

/**
 * Strategic merge patch: like a merge patch, but lists with a key merge item by item, and directives (`$patch`,
 * `$retainKeys`, `$deleteFromPrimitiveList/x`, `$setElementOrder/x`) control it. Directives are not stored.
 */
export function strategicPatch(target: JsonObject, patch: JsonObject, rules: ListRules): JsonObject {
  return mergeMap(target, patch, [], rules) ?? {};
}

type Path = readonly string[];

function mergeMap(
  target: JsonObject,
  patch: JsonObject,
  path: Path,
  rules: ListRules,
): JsonObject | undefined {
  if (patch['$patch'] === 'delete') return undefined;
  const replaces = patch['$patch'] === 'replace';
  const result = replaces ? {} : retained(target, patch['$retainKeys']);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    const merged = mergeMember(result[key], value, [...path, key], rules);
    if (merged === undefined) delete result[key];
    else define(result, key, merged);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletion)) deleteValues(result, key.slice(deletion.length), value);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (!key.startsWith(order)) continue;
    const field = key.slice(order.length);
    const list = result[field];
    if (Array.isArray(list)) result[field] = ordered(list, listOf(value, key), rules([...path, field]));
  }
  return result;
}

function mergeMember(old: unknown, value: unknown, path: Path, rules: ListRules): unknown {
  if (value === null) return undefined;
  if (isObject(value)) return mergeMap(isObject(old) ? old : {}, value, path, rules);
  if (!Array.isArray(value)) return value;
  const rule = rules(path);
  const merge = (item: JsonObject, change: JsonObject) => mergeMap(item, change, path, rules) ?? {};
  if (rule === undefined) return value.map((item) => (isObject(item) ? merge({}, item) : item));
  const standing = Array.isArray(old) ? old : [];
  if ('set' in rule) return unionOf(standing, value);
  return mergeItems(standing, value, { rule, merge, path });
}

interface ListMerge {
  readonly rule: { readonly keys: readonly string[] };
  readonly merge: (item: JsonObject, change: JsonObject) => JsonObject;
  readonly path: Path;
}

function mergeItems(standing: readonly unknown[], patch: readonly unknown[], list: ListMerge): unknown[] {
  const items = patch.filter(isObject);
  if (items.length !== patch.length) throw badRequest(`${list.path.join('.')} must hold objects`);
  const directives = items.filter((item) => item['$patch'] !== undefined);
  const plain = items.filter((item) => item['$patch'] === undefined);
  if (directives.some((item) => item['$patch'] === 'replace'))
    return plain.map((item) => list.merge({}, item));
  const { keys } = list.rule;
  const gone = placesOf(
    directives.filter((item) => item['$patch'] === 'delete'),
    keys,
  );
  const kept = gone.size === 0 ? standing : standing.filter((item) => !gone.has(itemKey(item, keys) ?? ''));
  return mergeKeyed(kept, plain, list);
}

/** `$retainKeys`: keeps only the named members of a map that changes its type (a volume, a strategy). */
function retained(target: JsonObject, keys: unknown): JsonObject {
  if (!Array.isArray(keys)) return { ...target };
  const wanted = new Set(keys);
  return Object.fromEntries(Object.entries(target).filter(([key]) => wanted.has(key)));
}

function deleteValues(target: JsonObject, field: string, values: unknown): void {
  const gone = placesOf(listOf(values, field), undefined);
  const list = target[field];
  if (Array.isArray(list)) target[field] = list.filter((item) => !gone.has(itemKey(item, undefined) ?? ''));
}

/** Sorts the items that `wanted` names among themselves; other items keep their place. */
function ordered(
  list: readonly unknown[],
  wanted: readonly unknown[],
  rule: ListRule | undefined,
): unknown[] {
  const keys = rule !== undefined && 'keys' in rule ? rule.keys : undefined;
  const places = placesOf(wanted, keys);
  const positions = list.map((item) => places.get(itemKey(item, keys) ?? '') ?? -1);
  const named = list
    .map((item, index) => [item, positions[index] ?? -1] as const)
    .filter(([, position]) => position >= 0)
    .toSorted(([, left], [, right]) => left - right)
    .values();
  return list.map((item, index) => ((positions[index] ?? -1) >= 0 ? named.next().value?.[0] : item));
}

function listOf(value: unknown, key: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badRequest(`${key} of a strategic merge patch must be a list`);
  return value;
}
