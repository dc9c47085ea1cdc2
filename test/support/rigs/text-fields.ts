import { asList, asRecord } from '@sluice/lib/json/json-read.ts';

/** A way from a spec to one of its texts: names of fields, `[]` for an item of a list, `{}` for an entry of a map. */
export interface TextField {
  readonly path: readonly string[];
  /** Characters that the schema allows. */
  readonly most: number;
}

/** Every text of a structural schema that users write freely: a new field is found by itself. */
export function textFieldsOf(schema: unknown, path: readonly string[] = []): readonly TextField[] {
  const { type, properties, items, additionalProperties, maxLength, ...rest } = asRecord(schema);
  if (rest['enum'] !== undefined) return [];
  if (type === 'string' || rest['x-kubernetes-int-or-string'] === true)
    return [{ path, most: typeof maxLength === 'number' ? maxLength : Infinity }];
  return [
    ...Object.entries(asRecord(properties)).flatMap(([name, field]) => textFieldsOf(field, [...path, name])),
    ...(items === undefined ? [] : textFieldsOf(items, [...path, '[]'])),
    ...(additionalProperties === undefined ? [] : textFieldsOf(additionalProperties, [...path, '{}'])),
  ];
}

/** The ways to every list and map of a structural schema. */
export function collectionsOf(schema: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const { properties, items, additionalProperties } = asRecord(schema);
  const inside = [
    ['[]', items],
    ['{}', additionalProperties],
  ] as const;
  return [
    ...Object.entries(asRecord(properties)).flatMap(([name, field]) => collectionsOf(field, [...path, name])),
    ...inside.flatMap(([step, item]) =>
      item === undefined ? [] : [[...path, step], ...collectionsOf(item, [...path, step])],
    ),
  ];
}

/** So many of the smallest items or entries, for the list or map at the end of the way. */
export function manyAt(schema: unknown, path: readonly string[], count: number): unknown {
  const [step = '', ...rest] = path;
  const { properties, items, additionalProperties } = asRecord(schema);
  const inner = step === '[]' ? items : step === '{}' ? additionalProperties : asRecord(properties)[step];
  if (rest.length > 0) return manyAt(inner, rest, count);
  const many = Array.from({ length: count }, () => least(inner));
  return step === '[]' ? many : Object.fromEntries(many.map((item, index) => [`key${index}`, item]));
}

/** `base` with this value in the field, and with what the schema requires beside it. */
export function withValue(schema: unknown, base: unknown, path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const { items, additionalProperties, properties, required } = asRecord(schema);
  if (step === '[]') return [withValue(items, asList(base)[0], rest, value)];
  if (step === '{}') return { key: withValue(additionalProperties, undefined, rest, value) };
  const fields = asRecord(properties);
  const missing = asList(required)
    .map(String)
    .filter((name) => asRecord(base)[name] === undefined)
    .map((name) => [name, least(fields[name])]);
  return {
    ...Object.fromEntries(missing),
    ...asRecord(base),
    [step]: withValue(fields[step], asRecord(base)[step], rest, value),
  };
}

/** The smallest value that fits. */
function least(schema: unknown): unknown {
  const { type, properties, required, enum: values } = asRecord(schema);
  if (values !== undefined) return asList(values)[0];
  if (type === 'object')
    return Object.fromEntries(
      asList(required).map((name) => [String(name), least(asRecord(properties)[String(name)])]),
    );
  return type === 'array' ? [] : type === 'boolean' ? true : type === 'string' ? '1s' : 1;
}
