import { asRecord } from '@sluice/lib/json/json-read.ts';

type Schema = Readonly<Record<string, unknown>>;

/** One field of a kind, as people read it. */
export interface FieldRow {
  /** `spec.analysis.webhooks[].url`; `[]` stands for an entry of a list, `{}` for a value of a map. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** Absent when the field has no default, or none that a schema or its description names. */
  readonly fallback?: string;
  /** Allowed values and sizes; empty when any value of the type is allowed. */
  readonly bounds: string;
  readonly description: string;
}

/** Every field below `schema`, parents before children, in the order of the schema. `path` is that of `schema`. */
export function fieldRows(schema: Schema, path: string): readonly FieldRow[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(asRecord(schema['properties'])).flatMap(([name, value]) => {
    const property = asRecord(value);
    const at = `${path}.${name}`;
    return [fieldRow(property, at, required.includes(name)), ...rowsBelow(property, at)];
  });
}

function rowsBelow(schema: Schema, path: string): readonly FieldRow[] {
  const { schema: inner, suffix } = innermost(schema);
  return fieldRows(inner, path + suffix);
}

/** The schema of the entries of lists and maps. */
function innermost(schema: Schema): { readonly schema: Schema; readonly suffix: string } {
  for (const [key, suffix] of [
    ['items', '[]'],
    ['additionalProperties', '{}'],
  ] as const) {
    if (schema[key] === undefined) continue;
    const inner = innermost(asRecord(schema[key]));
    return { schema: inner.schema, suffix: suffix + inner.suffix };
  }
  return { schema, suffix: '' };
}

function fieldRow(schema: Schema, path: string, isRequired: boolean): FieldRow {
  const told = splitDefault(textOf(schema['description']));
  const fallback =
    schema['default'] === undefined ? told.fallback : `\`${JSON.stringify(schema['default'])}\``;
  return {
    path,
    type: typeName(schema),
    isRequired,
    ...(fallback === undefined ? {} : { fallback }),
    bounds: boundsOf(schema),
    description: told.description,
  };
}

/** Descriptions end with `; default X.` or `; X when absent.` where the code, not the API server, has the default. */
function splitDefault(text: string): { readonly description: string; readonly fallback?: string } {
  const match = /^(.*); (?:default (.*)|(.*) when absent)\.$/.exec(text);
  if (match === null) return { description: text };
  return { description: `${match[1]}.`, fallback: match[2] ?? match[3] ?? '' };
}

function typeName(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'number or text';
  if (schema['items'] !== undefined) return `list of ${typeName(asRecord(schema['items']))}`;
  if (schema['additionalProperties'] !== undefined)
    return `map of ${typeName(asRecord(schema['additionalProperties']))}`;
  if (isDuration(schema)) return 'duration';
  if (schema['format'] === 'date-time') return 'time';
  const isWhole = schema['type'] === 'integer' || schema['multipleOf'] === 1;
  if (isWhole) return 'whole number';
  return { string: 'text', number: 'number', boolean: 'true or false' }[textOf(schema['type'])] ?? 'object';
}

const durationPattern = '^[0-9]+(m|s)';
const longDurationPattern = '^[0-9]+(h|m|s)';
const isDuration = (schema: Schema): boolean =>
  schema['pattern'] === durationPattern || schema['pattern'] === longDurationPattern;

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
/** People read words more easily than patterns. */
const patternWords: Readonly<Record<string, string>> = {
  [durationPattern]: '',
  [longDurationPattern]: '',
  [`^${label}$`]: 'a DNS label',
  [`^${label}(\\.${label})*$`]: 'a DNS name',
  [`^$|^${label}(\\.${label})*$`]: 'a DNS name or empty',
  '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$': 'letters, digits and hyphens',
};

/** Throws on a pattern without words, so that a new one gets some. */
function wordsOf(pattern: unknown): readonly string[] {
  if (pattern === undefined) return [];
  const words = patternWords[textOf(pattern)];
  if (words === undefined)
    throw new Error(`write words for the pattern ${textOf(pattern)} into patternWords`);
  return words === '' ? [] : [words];
}

function boundsOf(schema: Schema): string {
  const parts = [
    ...valuesOf(schema['enum']),
    ...limit('at least', schema['minimum']),
    ...limit('at most', schema['maximum']),
    ...limit('at least', schema['minLength'], 'characters'),
    ...limit('at most', schema['maxLength'], 'characters'),
    ...limit('at most', schema['maxItems'], 'entries'),
    ...wordsOf(schema['pattern']),
    ...choiceOf(schema['oneOf']),
  ];
  return parts.join('; ');
}

const valuesOf = (values: unknown): readonly string[] =>
  Array.isArray(values) ? [values.map((value) => `\`${JSON.stringify(value)}\``).join(', ')] : [];

const limit = (words: string, value: unknown, unit = ''): readonly string[] =>
  typeof value === 'number' ? [`${words} ${value} ${unit}`.trim()] : [];

/** `oneOf` of the CRDs names the fields of which one is set; the entry `not` allows none of them. */
export function choiceOf(options: unknown): readonly string[] {
  if (!Array.isArray(options)) return [];
  const names = options.flatMap((option) => {
    const required = asRecord(option)['required'];
    return Array.isArray(required) ? required.slice(-1).map((name) => `\`${String(name)}\``) : [];
  });
  const isOptional = options.some((option) => asRecord(option)['not'] !== undefined);
  return [`${isOptional ? 'at most' : 'exactly'} one of ${names.join(', ')}`];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
