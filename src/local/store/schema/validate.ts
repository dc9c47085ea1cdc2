import { equalJson, isObject, listAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { boundsOf } from './bounds.ts';
import { invalidValue, shortJson } from './cause.ts';
import { childPath, identity, itemSchema, memberSchema } from './structural.ts';

const maxCauses = 20;

/** What is wrong with a value, in the words of the real API server; empty when nothing is. */
export function validate(value: unknown, schema: JsonObject, path = '', root = path === ''): StatusCause[] {
  if (value === null && schema['nullable'] === true) return [];
  const wrongType = typeCause(value, schema, path);
  if (wrongType !== undefined) return [wrongType];
  const causes = [
    ...enumCauses(value, schema, path),
    ...boundsOf(value, schema, path),
    ...combinationCauses(value, schema, path),
    ...(isObject(value) ? objectCauses(value, schema, path, root) : []),
    ...(Array.isArray(value) ? listCauses(value, schema, path) : []),
  ];
  return causes.slice(0, maxCauses);
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

function objectCauses(value: JsonObject, schema: JsonObject, path: string, root: boolean): StatusCause[] {
  const missing = listAt(schema, 'required')
    .filter((key) => typeof key === 'string')
    .filter((key) => value[key] === undefined && !(root && identity.has(key)))
    .map((key) => ({ reason: 'FieldValueRequired', field: childPath(path, key), message: 'Required value' }));
  const wrongMembers = Object.entries(value).flatMap(([key, member]) => {
    const known = memberSchema(schema, key);
    return known === undefined || (root && key === 'metadata')
      ? []
      : validate(member, known, childPath(path, key), false);
  });
  return [...missing, ...wrongMembers];
}

const listCauses = (value: readonly unknown[], schema: JsonObject, path: string): StatusCause[] =>
  value.flatMap((item, index) => validate(item, itemSchema(schema), `${path}[${index}]`, false));

function combinationCauses(value: unknown, schema: JsonObject, path: string): StatusCause[] {
  const fits = (option: unknown): boolean =>
    !isObject(option) || validate(value, option, path === '' ? '.' : path, false).length === 0;
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
    if (isObject(option)) causes.push(...validate(value, option, path, false));
  }
  const not = schema['not'];
  if (isObject(not) && fits(not))
    causes.push(invalidValue(path, value, 'must not validate the schema (not)'));
  return causes;
}
