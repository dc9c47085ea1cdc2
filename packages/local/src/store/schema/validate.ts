import { equalJson, isObject, itemOf, listAt, memberOf, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { boundsOf } from './bounds.ts';
import { invalidValue, shortJson } from './cause.ts';
import { childPath, identity, itemSchema, memberSchema } from './structural.ts';

const maxCauses = 20;

/**
 * Validates a whole object. Returns causes in the words of the real API server; empty when it is valid. Members
 * identical to those of `before`, which is valid, are skipped.
 */
export function validate(object: unknown, schema: JsonObject, before?: unknown): StatusCause[] {
  const causes: StatusCause[] = [];
  collect(object, schema, { path: '', root: true, before, causes });
  return causes.slice(0, maxCauses);
}

interface Place {
  readonly path: string;
  /** True for a whole object: the schema does not describe its kind and metadata. */
  readonly root: boolean;
  readonly before: unknown;
  readonly causes: StatusCause[];
}

function collect(value: unknown, schema: JsonObject, place: Place): void {
  const { path, before, causes } = place;
  if (causes.length >= maxCauses || (value === before && before !== undefined)) return;
  if (value === null && schema['nullable'] === true) return;
  const wrongType = typeCause(value, schema, path);
  if (wrongType !== undefined) {
    causes.push(wrongType);
    return;
  }
  causes.push(
    ...enumCauses(value, schema, path),
    ...boundsOf(value, schema, path),
    ...combinationCauses(value, schema, path),
  );
  if (isObject(value)) collectMembers(value, schema, place);
  if (Array.isArray(value)) collectItems(value, itemSchema(schema), place);
}

function typeCause(value: unknown, schema: JsonObject, path: string): StatusCause | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) {
    const fits = typeof value === 'string' || Number.isInteger(value);
    return fits ? undefined : wrong(path, value, 'integer,string');
  }
  const type = schema['type'];
  if (typeof type !== 'string') return undefined;
  return isOfType(value, type) ? undefined : wrong(path, value, type);
}

const wrong = (path: string, value: unknown, type: string): StatusCause => ({
  reason: 'FieldValueTypeInvalid',
  field: path,
  message: `Invalid value: "${typeName(value)}": ${path} in body must be of type ${type}: "${typeName(value)}"`,
});

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function isOfType(value: unknown, type: string): boolean {
  const actual = typeName(value);
  return actual === type || (type === 'number' && actual === 'integer');
}

function enumCauses(value: unknown, schema: JsonObject, path: string): StatusCause[] {
  const allowed = listAt(schema, 'enum');
  if (allowed.length === 0 || allowed.some((option) => equalJson(option, value))) return [];
  const options = allowed.map((option) => JSON.stringify(option)).join(', ');
  const message = `Unsupported value: ${shortJson(value)}: supported values: ${options}`;
  return [{ reason: 'FieldValueNotSupported', field: path, message }];
}

function collectMembers(value: JsonObject, schema: JsonObject, { path, root, before, causes }: Place): void {
  for (const key of listAt(schema, 'required')) {
    if (typeof key !== 'string' || value[key] !== undefined || (root && identity.has(key))) continue;
    causes.push({ reason: 'FieldValueRequired', field: childPath(path, key), message: 'Required value' });
  }
  for (const key of Object.keys(value)) {
    const known = memberSchema(schema, key);
    if (known === undefined || (root && key === 'metadata')) continue;
    const at = { path: childPath(path, key), root: false, before: memberOf(before, key), causes };
    collect(value[key], known, at);
  }
}

function collectItems(items: readonly unknown[], schema: JsonObject, { path, before, causes }: Place): void {
  for (const [index, item] of items.entries())
    collect(item, schema, { path: `${path}[${index}]`, root: false, before: itemOf(before, index), causes });
}

function causesOf(value: unknown, schema: JsonObject, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  collect(value, schema, { path, root: false, before: undefined, causes });
  return causes;
}

function combinationCauses(value: unknown, schema: JsonObject, path: string): StatusCause[] {
  const fits = (option: unknown): boolean =>
    !isObject(option) || causesOf(value, option, path === '' ? '.' : path).length === 0;
  const causes: StatusCause[] = [];
  const anyOf = listAt(schema, 'anyOf');
  if (anyOf.length > 0 && !anyOf.some(fits)) {
    causes.push(invalidValue(path, value, 'must validate at least one schema (anyOf)'));
  }
  const oneOf = listAt(schema, 'oneOf');
  if (oneOf.length > 0 && oneOf.filter(fits).length !== 1) {
    causes.push(invalidValue(path, value, 'must validate one and only one schema (oneOf)'));
  }
  for (const option of listAt(schema, 'allOf')) {
    if (isObject(option)) causes.push(...causesOf(value, option, path));
  }
  const not = schema['not'];
  if (isObject(not) && fits(not))
    causes.push(invalidValue(path, value, 'must not validate the schema (not)'));
  return causes;
}
