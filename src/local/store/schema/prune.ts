import { isObject, type JsonObject } from '../json.ts';
import { childPath, identity, itemSchema, keepsUnknown, memberSchema } from './structural.ts';

/** Removes what the schema does not know, in place. The answer is the paths of what went. */
export function prune(object: JsonObject, schema: JsonObject): string[] {
  const gone: string[] = [];
  pruneObject(object, schema, '', true, gone);
  return gone;
}

function pruneObject(
  value: JsonObject,
  schema: JsonObject,
  path: string,
  root: boolean,
  gone: string[],
): void {
  for (const [key, member] of Object.entries(value)) {
    if (root && identity.has(key)) continue;
    const known = memberSchema(schema, key);
    if (known !== undefined) pruneValue(member, known, childPath(path, key), gone);
    else if (!keepsUnknown(schema)) {
      gone.push(childPath(path, key));
      delete value[key];
    }
  }
}

function pruneValue(value: unknown, schema: JsonObject, path: string, gone: string[]): void {
  if (isObject(value)) {
    pruneObject(value, schema, path, schema['x-kubernetes-embedded-resource'] === true, gone);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => pruneValue(item, itemSchema(schema), `${path}[${index}]`, gone));
  }
}
