import * as models from '@kubernetes/client-node';
import type { ResourceType } from '../../../api/kube-object.ts';
import { isObject, type JsonObject } from '../json.ts';
import { gatewaySchemas } from './gateway-schemas.ts';
import { anything } from './structural.ts';

/**
 * Schemas of the built-in kinds, read off the typed models of the official client: complete in names and types, so
 * that a misspelled field is found. They know neither required fields nor defaults; `defaults/` does.
 */
export function builtInSchema(resource: ResourceType): JsonObject | undefined {
  if (resource.group === 'gateway.networking.k8s.io') return gatewaySchemas[resource.plural];
  return schemaOfModel(modelName(resource));
}

/** Of every object's metadata. */
export const metadataSchema = (): JsonObject => schemaOfModel('V1ObjectMeta') ?? anything;

/** The one model that is not called by its version and kind. */
const renamed: Readonly<Record<string, string>> = { events: 'CoreV1Event' };

const modelName = ({ version, kind, plural }: ResourceType): string =>
  renamed[plural] ?? `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;

const cache = new Map<string, JsonObject>();

function schemaOfModel(name: string): JsonObject | undefined {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const attributes = attributesOf(name);
  if (attributes === undefined) return undefined;
  const properties: JsonObject = {};
  const schema: JsonObject = { type: 'object', properties };
  // Before its members: models refer to themselves.
  cache.set(name, schema);
  for (const { baseName, type, format } of attributes) properties[baseName] = schemaOfType(type, format);
  return schema;
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

function attributesOf(name: string): readonly Attribute[] | undefined {
  const model: unknown = Reflect.get(models, name);
  if (typeof model !== 'function') return undefined;
  const list: unknown = Reflect.get(model, 'attributeTypeMap');
  return Array.isArray(list) ? list.filter(isAttribute) : undefined;
}

const isAttribute = (value: unknown): value is Attribute =>
  isObject(value) && typeof value['baseName'] === 'string' && typeof value['type'] === 'string';

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
