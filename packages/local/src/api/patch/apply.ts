import { define, isObject, type JsonObject } from '../../store/json.ts';
import type { ListRules } from './list-keys.ts';
import { mergeKeyed, unionOf } from './merge-list.ts';

/**
 * Server-side apply without ownership: merges the manifest into the existing object, lists by their keys. A field that
 * a manifest no longer names stays; `null` removes it.
 */
export function applyManifest(standing: JsonObject, manifest: JsonObject, rules: ListRules): JsonObject {
  return mergeMap(standing, manifest, [], rules);
}

function mergeMap(
  standing: JsonObject,
  manifest: JsonObject,
  path: readonly string[],
  rules: ListRules,
): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(standing)) define(result, key, value);
  for (const [key, value] of Object.entries(manifest)) {
    if (value === null) delete result[key];
    else define(result, key, mergeMember(result[key], value, [...path, key], rules));
  }
  return result;
}

function mergeMember(old: unknown, value: unknown, path: readonly string[], rules: ListRules): unknown {
  if (isObject(value)) return mergeMap(isObject(old) ? old : {}, value, path, rules);
  if (!Array.isArray(value)) return value;
  const rule = rules(path);
  const standing = Array.isArray(old) ? old : [];
  if (rule === undefined) return value;
  if ('set' in rule) return unionOf(standing, value);
  const merge = (item: JsonObject, change: JsonObject) => mergeMap(item, change, path, rules);
  return mergeKeyed(standing, value.filter(isObject), { rule, merge, path });
}
