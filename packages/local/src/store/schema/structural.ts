import { isObject, type JsonObject } from '../json.ts';

/** The schema of a member: a declared property, or `additionalProperties` for any other name. */
export function memberSchema(schema: JsonObject, key: string): JsonObject | undefined {
  const properties = schema['properties'];
  const declared = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (isObject(declared)) return declared;
  const additional = schema['additionalProperties'];
  if (isObject(additional)) return additional;
  return additional === true ? anything : undefined;
}

/** Keeps every member as it is. */
export const anything: JsonObject = { 'x-kubernetes-preserve-unknown-fields': true };

export const keepsUnknown = (schema: JsonObject): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true || Object.keys(schema).length === 0;

export const itemSchema = (schema: JsonObject): JsonObject =>
  isObject(schema['items']) ? schema['items'] : anything;

/** A path as Kubernetes writes it: `spec.rules[0].name`. */
export const childPath = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** Members that every object may have at its root and in embedded resources. */
export const identity: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
