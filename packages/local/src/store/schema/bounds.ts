import { compileRe2, type Re2 } from '@sluice/lib/text/re2.ts';
import { isObject, listAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { invalidValue } from './cause.ts';

/** Sizes, ranges, patterns and formats. */
export function boundsOf(value: unknown, schema: JsonObject, path: string): StatusCause[] {
  if (typeof value === 'number') return numberBounds(value, schema, path);
  if (typeof value === 'string') return textBounds(value, schema, path);
  if (Array.isArray(value)) return listBounds(value, schema, path);
  const isBounded = schema['minProperties'] !== undefined || schema['maxProperties'] !== undefined;
  return isBounded && isObject(value)
    ? sizeBounds(Object.keys(value).length, schema, path, 'Properties', 'properties')
    : [];
}

const bound = (schema: JsonObject, key: string): number | undefined => {
  const found = schema[key];
  return typeof found === 'number' ? found : undefined;
};

function numberBounds(value: number, schema: JsonObject, path: string): StatusCause[] {
  const least = bound(schema, 'minimum');
  const most = bound(schema, 'maximum');
  const step = bound(schema, 'multipleOf');
  const aboveOnly = schema['exclusiveMinimum'] === true;
  const belowOnly = schema['exclusiveMaximum'] === true;
  const causes: StatusCause[] = [];
  if (least !== undefined && (aboveOnly ? value <= least : value < least)) {
    causes.push(
      invalidValue(path, value, `should be greater than ${aboveOnly ? '' : 'or equal to '}${least}`),
    );
  }
  if (most !== undefined && (belowOnly ? value >= most : value > most)) {
    causes.push(invalidValue(path, value, `should be less than ${belowOnly ? '' : 'or equal to '}${most}`));
  }
  if (step !== undefined && !Number.isInteger(value / step)) {
    causes.push(invalidValue(path, value, `should be a multiple of ${step}`));
  }
  return causes;
}

function textBounds(value: string, schema: JsonObject, path: string): StatusCause[] {
  const causes: StatusCause[] = [];
  const least = bound(schema, 'minLength');
  const most = bound(schema, 'maxLength');
  // Characters, not code units; most texts have no bounds at all.
  const length = least === undefined && most === undefined ? 0 : Array.from(value).length;
  if (least !== undefined && length < least) {
    causes.push(invalidValue(path, value, `should be at least ${least} chars long`));
  }
  if (most !== undefined && length > most) {
    causes.push(invalidValue(path, value, `should be at most ${most} chars long`));
  }
  const pattern = schema['pattern'];
  if (typeof pattern === 'string' && compiled(pattern)?.test(value) === false) {
    causes.push(invalidValue(path, value, `should match '${pattern}'`));
  }
  if (schema['format'] === 'date-time' && Number.isNaN(Date.parse(value))) {
    causes.push(
      invalidValue(path, value, `must be of type date-time: ${JSON.stringify(value.slice(0, 60))}`),
    );
  }
  return causes;
}

function listBounds(value: readonly unknown[], schema: JsonObject, path: string): StatusCause[] {
  const causes = sizeBounds(value.length, schema, path, 'Items', 'items');
  const isSet = schema['uniqueItems'] === true || schema['x-kubernetes-list-type'] === 'set';
  const repeated = isSet && new Set(value.map((item) => JSON.stringify(item))).size < value.length;
  if (repeated) causes.push(invalidValue(path, value, "shouldn't contain duplicates"));
  return schema['x-kubernetes-list-type'] === 'map'
    ? [...causes, ...repeatedKeys(value, schema, path)]
    : causes;
}

/** Items of a map list that have the keys of an earlier one. */
function repeatedKeys(items: readonly unknown[], schema: JsonObject, path: string): StatusCause[] {
  const keys = listAt(schema, 'x-kubernetes-list-map-keys').map(String);
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const key = JSON.stringify(
      Object.fromEntries(keys.map((name) => [name, isObject(item) ? item[name] : undefined])),
    );
    if (seen.size < seen.add(key).size) return [];
    return [
      { reason: 'FieldValueDuplicate', field: `${path}[${index}]`, message: `Duplicate value: ${key}` },
    ];
  });
}

function sizeBounds(
  size: number,
  schema: JsonObject,
  path: string,
  suffix: string,
  noun: string,
): StatusCause[] {
  const least = bound(schema, `min${suffix}`);
  const most = bound(schema, `max${suffix}`);
  const causes: StatusCause[] = [];
  if (least !== undefined && size < least) {
    causes.push(invalidValue(path, size, `should have at least ${least} ${noun}`));
  }
  if (most !== undefined && size > most) {
    const message = `Too many: ${size}: must have at most ${most} ${noun}`;
    causes.push({ reason: 'FieldValueTooMany', field: path, message });
  }
  return causes;
}

const patterns = new Map<string, Re2 | undefined>();

/** Compiles a pattern in Go's syntax. One that cannot be read is refused with its definition, so it is not met here. */
function compiled(pattern: string): Re2 | undefined {
  if (!patterns.has(pattern)) patterns.set(pattern, compile(pattern));
  return patterns.get(pattern);
}

function compile(pattern: string): Re2 | undefined {
  try {
    return compileRe2(pattern);
  } catch {
    return undefined;
  }
}
