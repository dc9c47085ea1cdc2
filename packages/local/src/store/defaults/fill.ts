import type { JsonObject } from '../json.ts';

/** Sets the members that are absent or null, in place. */
export function fill(target: JsonObject, defaults: JsonObject): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (target[key] === undefined || target[key] === null) target[key] = structuredClone(value);
  }
}

/** The object at `key`, created when absent, for changes in place. */
export function ensure(target: JsonObject, key: string): JsonObject {
  const found = target[key];
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as JsonObject;
  const made: JsonObject = {};
  target[key] = made;
  return made;
}
