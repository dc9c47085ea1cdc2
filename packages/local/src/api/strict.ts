import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject, itemOf, mapItems, memberOf, type JsonObject } from '../store/json.ts';
import { builtInSchema, metadataSchema } from '../store/schema/built-in-schemas.ts';
import { prune, type Pruned } from '../store/schema/prune.ts';
import { validate } from '../store/schema/validate.ts';
import { badRequest } from '../store/status-error.ts';
import type { Target } from './target.ts';

/** A body without unknown fields, and the warnings for the client. */
export interface KnownBody {
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * Refuses unknown fields with `fieldValidation=Strict` (400), otherwise drops them, with a warning except for `Ignore`.
 * A value of a wrong type in a built-in kind is refused as well (custom kinds: 422, by the store). Members shared with
 * the stored object were checked when it was written.
 */
export function knownFields(
  target: Target,
  query: URLSearchParams,
  body: JsonObject,
  stored?: AnyKubeObject,
): KnownBody {
  const schema = schemaOf(target);
  const mode = query.get('fieldValidation') || 'Warn';
  if (!['Strict', 'Warn', 'Ignore'].includes(mode)) {
    throw badRequest(
      `fieldValidation: Unsupported value: ${JSON.stringify(mode.slice(0, 40))}: supported values: "Ignore", "Strict", "Warn"`,
    );
  }
  if (schema === undefined) return { body, warnings: [] };
  // Another version may have another schema.
  const before = target.resource.version === target.kind.resource.version ? stored : undefined;
  const { object, gone } = pruneWhole(
    target.kind.custom === undefined ? withoutNulls(body, before) : body,
    schema,
    before,
  );
  const unknown = gone.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (mode === 'Strict' && unknown.length > 0) {
    throw unreadable(target, `strict decoding error: ${unknown.slice(0, 20).join(', ')}`);
  }
  if (target.kind.custom === undefined) checkTypes(target, object, schema, before);
  return { body: object, warnings: mode === 'Warn' ? unknown : [] };
}

/** Prunes metadata by its own schema: schemas of kinds lack it, because it is the same for all. */
function pruneWhole(body: JsonObject, schema: JsonObject, before: AnyKubeObject | undefined): Pruned {
  const { object, gone } = prune(body, schema, before);
  const { metadata } = object;
  if (!isObject(metadata)) return { object, gone };
  const pruned = prune(metadata, metadataSchema(), before?.metadata);
  return {
    object: pruned.object === metadata ? object : { ...object, metadata: pruned.object },
    gone: [...gone, ...pruned.gone.map((path) => `metadata.${path}`)],
  };
}

export const schemaOf = (target: Target): JsonObject | undefined =>
  target.kind.custom === undefined
    ? builtInSchema(target.kind.resource)
    : target.kind.custom.get(target.resource.version)?.schema;

const unreadable = ({ resource }: Target, why: string) =>
  badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`,
  );

function checkTypes(
  target: Target,
  body: JsonObject,
  schema: JsonObject,
  before: AnyKubeObject | undefined,
): void {
  const wrong = validate(body, schema, before).find((cause) => cause.reason === 'FieldValueTypeInvalid');
  if (wrong !== undefined) throw unreadable(target, `json: cannot unmarshal: ${wrong.message}`);
}

/** Removes `null` members, which Go reads as absent (`creationTimestamp: null`). Without any: `value` itself. */
function withoutNulls(value: JsonObject, before: unknown): JsonObject {
  const entries = Object.entries(value)
    .filter((entry) => entry[1] !== null)
    .map(([key, member]) => [key, withoutNullsBelow(member, memberOf(before, key))] as const);
  const same =
    entries.length === Object.keys(value).length && entries.every(([key, it]) => it === value[key]);
  return same ? value : Object.fromEntries(entries);
}

function withoutNullsBelow(value: unknown, before: unknown): unknown {
  if (value === before) return value;
  if (Array.isArray(value))
    return mapItems(value, (item, index) => withoutNullsBelow(item, itemOf(before, index)));
  return isObject(value) ? withoutNulls(value, before) : value;
}
