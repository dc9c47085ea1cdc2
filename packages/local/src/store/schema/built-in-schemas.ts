import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { JsonObject } from '../json.ts';
import { gatewaySchemas } from './gateway-schemas.ts';
import modelFields from './model-fields.json' with { type: 'json' };
import { anything } from './structural.ts';

/**
 * Schemas of the built-in kinds, from the typed models of the official client: complete in names and types, so that a
 * misspelled field is found. They lack required fields and defaults; `defaults/` has the latter. The models' fields are
 * in a generated file, because loading the client itself takes a third of a second and 50 MB.
 */
export function builtInSchema(resource: ResourceType): JsonObject | undefined {
  if (resource.group === 'gateway.networking.k8s.io') return gatewaySchemas[resource.plural];
  return schemaOfModel(modelName(resource));
}

/** Schema of every object's metadata. */
export const metadataSchema = (): JsonObject => schemaOfModel('V1ObjectMeta') ?? anything;

/** Models that are not named after version and kind. */
const renamed: Readonly<Record<string, string>> = { events: 'CoreV1Event' };

/** The client's name for the model of a kind. */
export const modelName = ({ version, kind, plural }: ResourceType): string =>
  renamed[plural] ?? `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;

const cache = new Map<string, JsonObject>();

function schemaOfModel(name: string): JsonObject | undefined {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const fields = models[name];
  if (fields === undefined) return undefined;
  const properties: JsonObject = {};
  const schema: JsonObject = { type: 'object', properties };
  // Cached before its members, because models refer to themselves.
  cache.set(name, schema);
  for (const [field, type] of Object.entries(fields)) {
    const [word = '', format = ''] = type.split('|');
    properties[field] = schemaOfType(word, format);
  }
  return schema;
}

/** By model, then by field: the client's type, and behind `|` its format where it has one. */
const models: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = modelFields;

function schemaOfType(type: string, format: string): JsonObject {
  const item = /^Array<(.+)>$/.exec(type)?.[1];
  if (item !== undefined) return { type: 'array', items: schemaOfType(item, '') };
  const value = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (value !== undefined) return { type: 'object', additionalProperties: schemaOfType(value, '') };
  switch (type) {
    case 'string':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: format.startsWith('int') ? 'integer' : 'number' };
    case 'Date':
    case 'V1MicroTime':
      return { type: 'string', nullable: true };
    case 'IntOrString':
      return { 'x-kubernetes-int-or-string': true };
    case 'any':
      return anything;
    default:
      return schemaOfModel(type) ?? anything;
  }
}
