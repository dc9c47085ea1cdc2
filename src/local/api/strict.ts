import { isObject, mutableCopy, type JsonObject } from '../store/json.ts';
import { builtInSchema, metadataSchema } from '../store/schema/built-in-schemas.ts';
import { prune } from '../store/schema/prune.ts';
import { validate } from '../store/schema/validate.ts';
import { badRequest } from '../store/status-error.ts';
import type { Target } from './target.ts';

/** A body without the fields its kind does not have, and what the client should be told of them. */
export interface KnownBody {
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * With `fieldValidation=Strict` unknown fields are refused (400), otherwise dropped, with a warning unless the client
 * says `Ignore`. A value of a wrong type in a built-in kind is refused as well (custom kinds: 422, by the store).
 */
export function knownFields(target: Target, query: URLSearchParams, body: JsonObject): KnownBody {
  const schema = schemaOf(target);
  const mode = query.get('fieldValidation') || 'Warn';
  if (!['Strict', 'Warn', 'Ignore'].includes(mode)) {
    throw badRequest(
      `fieldValidation: Unsupported value: ${JSON.stringify(mode.slice(0, 40))}: supported values: "Ignore", "Strict", "Warn"`,
    );
  }
  if (schema === undefined) return { body, warnings: [] };
  const pruned = target.kind.custom === undefined ? withoutNulls(body) : mutableCopy(body);
  const metadata = pruned['metadata'];
  const paths = [
    ...prune(pruned, schema),
    ...(isObject(metadata) ? prune(metadata, metadataSchema()).map((path) => `metadata.${path}`) : []),
  ];
  const unknown = paths.map((path) => `unknown field ${JSON.stringify(path)}`);
  if (mode === 'Strict' && unknown.length > 0) {
    throw unreadable(target, `strict decoding error: ${unknown.slice(0, 20).join(', ')}`);
  }
  if (target.kind.custom === undefined) checkTypes(target, pruned, schema);
  return { body: pruned, warnings: mode === 'Warn' ? unknown : [] };
}

export const schemaOf = (target: Target): JsonObject | undefined =>
  target.kind.custom === undefined
    ? builtInSchema(target.kind.resource)
    : target.kind.custom.get(target.resource.version)?.schema;

const unreadable = ({ resource }: Target, why: string) =>
  badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`,
  );

function checkTypes(target: Target, body: JsonObject, schema: JsonObject): void {
  const wrong = validate(body, schema).find((cause) => cause.reason === 'FieldValueTypeInvalid');
  if (wrong !== undefined) throw unreadable(target, `json: cannot unmarshal: ${wrong.message}`);
}

/** Go reads `null` as absent; clients send `creationTimestamp: null`. */
function withoutNulls(value: JsonObject): JsonObject {
  const entries = Object.entries(value).filter((entry) => entry[1] !== null);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutNullsBelow(member)]));
}

function withoutNullsBelow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsBelow);
  return isObject(value) ? withoutNulls(value) : value;
}
