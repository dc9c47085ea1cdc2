import { define, isObject, itemOf, mapItems, memberOf, mutableCopy, type JsonObject } from '../json.ts';
import { itemSchema, memberSchema } from './structural.ts';

/**
 * Adds the schema's defaults for absent members (or null and not nullable), depth first; returns `value` itself when
 * none is absent. Members identical to those of `before`, which has its defaults, are skipped.
 */
export function withDefaults<T>(value: T, schema: JsonObject, before?: unknown): T;
export function withDefaults(value: unknown, schema: JsonObject, before?: unknown): unknown {
  if (typeof value !== 'object' || value === before) return value;
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    return mapItems(value, (item, index) => withDefaults(item, items, itemOf(before, index)));
  }
  return isObject(value) ? filledObject(value, schema, before) : value;
}

function filledObject(value: JsonObject, schema: JsonObject, before: unknown): JsonObject {
  const whole = withAbsent(value, schema);
  let filled = whole;
  for (const key of Object.keys(whole)) {
    const known = memberSchema(schema, key);
    if (known === undefined) continue;
    const member = withDefaults(whole[key], known, memberOf(before, key));
    if (member === whole[key]) continue;
    if (filled === value) filled = { ...value };
    define(filled, key, member);
  }
  return filled;
}

/** The object with the defaults of its own absent members. */
function withAbsent(value: JsonObject, schema: JsonObject): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  let filled = value;
  for (const key of Object.keys(properties)) {
    const property = properties[key];
    if (!isObject(property) || property['default'] === undefined) continue;
    const absent = value[key] === undefined || (value[key] === null && property['nullable'] !== true);
    if (!absent) continue;
    if (filled === value) filled = { ...value };
    define(filled, key, copied(property['default']));
  }
  return filled;
}

const copied = (value: unknown): unknown => mutableCopy({ value })['value'];
