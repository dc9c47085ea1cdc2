import { define, isObject, itemOf, mapItems, memberOf, type JsonObject } from '../json.ts';
import { childPath, identity, itemSchema, keepsUnknown, memberSchema } from './structural.ts';

export interface Pruned {
  /** The same object when nothing was removed. */
  readonly object: JsonObject;
  /** Paths of the removed members. */
  readonly gone: readonly string[];
}

/** Removes members that the schema lacks. Members identical to those of `before`, which is pruned, are skipped. */
export function prune(object: JsonObject, schema: JsonObject, before?: unknown): Pruned {
  const gone: string[] = [];
  return { object: pruneObject(object, schema, { path: '', root: true, gone }, before), gone };
}

interface Place {
  readonly path: string;
  /** True for a whole object: it has a kind and metadata whatever the schema says. */
  readonly root: boolean;
  readonly gone: string[];
}

function pruneObject(value: JsonObject, schema: JsonObject, place: Place, before: unknown): JsonObject {
  const { path, root, gone } = place;
  let pruned = value;
  for (const key of Object.keys(value)) {
    if (root && identity.has(key)) continue;
    const known = memberSchema(schema, key);
    if (known === undefined) {
      if (keepsUnknown(schema)) continue;
      gone.push(childPath(path, key));
      if (pruned === value) pruned = { ...value };
      delete pruned[key];
      continue;
    }
    const member = pruneValue(value[key], known, childPath(path, key), gone, memberOf(before, key));
    if (member === value[key]) continue;
    if (pruned === value) pruned = { ...value };
    define(pruned, key, member);
  }
  return pruned;
}

function pruneValue(
  value: unknown,
  schema: JsonObject,
  path: string,
  gone: string[],
  before: unknown,
): unknown {
  if (typeof value !== 'object' || value === before) return value;
  if (isObject(value)) {
    const root = schema['x-kubernetes-embedded-resource'] === true;
    return pruneObject(value, schema, { path, root, gone }, before);
  }
  if (!Array.isArray(value)) return value;
  const items = itemSchema(schema);
  return mapItems(value, (item, index) =>
    pruneValue(item, items, `${path}[${index}]`, gone, itemOf(before, index)),
  );
}
