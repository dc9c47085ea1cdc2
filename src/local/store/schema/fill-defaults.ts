import { isObject, type JsonObject } from '../json.ts';
import { itemSchema, memberSchema } from './structural.ts';

/** Puts the schema's defaults where members are absent (or null and not nullable), in place, depth first. */
export function fillDefaults(value: unknown, schema: JsonObject): void {
  if (Array.isArray(value)) {
    for (const item of value) fillDefaults(item, itemSchema(schema));
    return;
  }
  if (!isObject(value)) return;
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  for (const [key, property] of Object.entries(properties)) {
    if (!isObject(property) || property['default'] === undefined) continue;
    const absent = value[key] === undefined || (value[key] === null && property['nullable'] !== true);
    if (absent) value[key] = structuredClone(property['default']);
  }
  for (const [key, member] of Object.entries(value)) {
    const known = memberSchema(schema, key);
    if (known !== undefined) fillDefaults(member, known);
  }
}
