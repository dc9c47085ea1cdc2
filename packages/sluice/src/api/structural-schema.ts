import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** `openAPIV3Schema` of a CustomResourceDefinition, as plain JSON. */
export type StructuralSchema = Readonly<Record<string, unknown>>;

/** Keys that are copied unchanged. */
const plainKeys = [
  'description',
  'format',
  'default',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'maxProperties',
  'required',
  'oneOf',
  'not',
  'x-kubernetes-validations',
];
const convertedKeys = [
  'type',
  'enum',
  'properties',
  'patternProperties',
  'items',
  'anyOf',
  'const',
  'allowed',
  // A structural schema has no bound for keys.
  'propertyNames',
];

/**
 * A TypeBox schema in the dialect of Kubernetes: no `const`, `$ref` or union of types; `null` becomes
 * `nullable`, a record `additionalProperties`. Throws `SluiceError` on a key without a counterpart, because
 * an API server would refuse the whole definition.
 */
export function structuralSchema(schema: unknown, path = ''): StructuralSchema {
  if (!isRecord(schema)) throw new SluiceError(`schema of ${path}: expected an object`);
  const foreign = Object.keys(schema).find((key) => !isKnown(key));
  if (foreign !== undefined)
    throw new SluiceError(`schema of ${path}: ${foreign} has no counterpart in a CRD`);
  const { description } = schema;
  const described = description === undefined ? {} : { description };
  if (schema['x-kubernetes-int-or-string'] === true) {
    const { maxLength } = schema;
    return {
      ...described,
      ...(maxLength === undefined ? {} : { maxLength }),
      'x-kubernetes-int-or-string': true,
    };
  }
  if (Array.isArray(schema['anyOf'])) return { ...convertUnion(schema['anyOf'], path), ...described };
  const plain = plainKeys.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]);
  return { ...typeOf(schema, path), ...Object.fromEntries(plain), ...childrenOf(schema, path) };
}

const isKnown = (key: string): boolean =>
  plainKeys.includes(key) || convertedKeys.includes(key) || key === 'x-kubernetes-int-or-string';

function typeOf(schema: Readonly<Record<string, unknown>>, path: string): StructuralSchema {
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (values === undefined) {
    if (typeof schema['type'] === 'string') return { type: schema['type'] };
    throw new SluiceError(`schema of ${path}: a CRD needs one type for every field`);
  }
  const types = new Set(Array.isArray(values) ? values.map((value) => typeof value) : []);
  const [type] = types;
  if (types.size === 1 && type !== undefined && type !== 'undefined') return { type, enum: values };
  throw new SluiceError(`schema of ${path}: the values of an enum must be of one type`);
}

function childrenOf(schema: Readonly<Record<string, unknown>>, path: string): StructuralSchema {
  const children: Record<string, unknown> = {};
  if (isRecord(schema['properties'])) {
    const entries = Object.entries(schema['properties']);
    children['properties'] = Object.fromEntries(
      entries.map(([name, property]) => [name, structuralSchema(property, `${path}.${name}`)]),
    );
  }
  if (isRecord(schema['patternProperties'])) {
    const [value] = Object.values(schema['patternProperties']);
    children['additionalProperties'] = structuralSchema(value, `${path}{}`);
  }
  if (schema['items'] !== undefined) children['items'] = structuralSchema(schema['items'], `${path}[]`);
  return children;
}

/** A union of literals is an enum, a union with null is nullable; there is no other in a CRD. */
function convertUnion(options: readonly unknown[], path: string): StructuralSchema {
  const rest = options.filter((option) => !(isRecord(option) && option['type'] === 'null'));
  const nullable = rest.length < options.length ? { nullable: true } : {};
  if (rest.length === 1) return { ...structuralSchema(rest[0], path), ...nullable };
  const values = rest.map((option) => (isRecord(option) ? option['const'] : undefined));
  return { ...typeOf({ enum: values }, path), ...nullable };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
