import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { Settings } from 'typebox/system';

import { bounds } from './bounds.ts';
import { joinField, showValue } from './field-problem.ts';
import type { FieldProblem } from './field-problem.ts';

/** Most problems returned: they are written to a condition, where more do not help. */
const mostProblems = 10;

export interface SchemaCheck {
  /** Empty when the value fits. `root` is the field it stands in, such as `spec`. */
  problems(value: unknown, root: string): readonly FieldProblem[];
  /** The value without the fields that do not fit; undefined when nothing is left. */
  fitting(value: unknown): unknown;
}

interface ValidationError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: unknown;
  readonly message: string;
}

/** Compiles the schema at its first use: start-up does not wait for unused schemas. */
export function createSchemaCheck(schema: TSchema): SchemaCheck {
  let validator: ReturnType<typeof Compile> | undefined;
  const errorsOf = (value: unknown): readonly ValidationError[] => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return [];
    // The branches of one alternative can use up the default of 8.
    Settings.Set({ maxErrors: 64 });
    const [, found] = validator.Errors(value);
    return withoutBranches(found);
  };
  return {
    problems: (value, root) =>
      errorsOf(value)
        .flatMap((error) => problemsOf(error, schema, value, root))
        .slice(0, mostProblems),
    fitting(value) {
      let fits = value;
      for (let round = 0; round < mostRounds; round += 1) {
        const errors = errorsOf(fits);
        if (errors.length === 0) return fits;
        fits = withoutErrors(fits, errors, round);
        if (fits === undefined) return undefined;
      }
      return undefined;
    },
  };
}

/** A value that needs more rounds is no object of this kind. */
const mostRounds = 16;
/** Later rounds remove whole parts (`spec.analysis.metrics`): a list or map may have thousands of wrong entries. */
const fineRounds = 4;

/** Errors about what is missing, or about several fields at once: what they stand at may fit without the other errors. */
const aboutOthers = ['required', 'oneOf', 'anyOf'];

/** Removes what does not fit by itself, or else the first thing that lacks something. */
function withoutErrors(value: unknown, errors: readonly ValidationError[], round: number): unknown {
  const own = errors.filter(({ keyword }) => !aboutOthers.includes(keyword));
  const paths = (own.length > 0 ? own : errors.slice(0, 1)).map(({ instancePath }) =>
    pointerTokens(instancePath),
  );
  return without(value, round < fineRounds ? paths : paths.map((path) => path.slice(0, 2)));
}

/** Removes the fields at these paths, in one walk; of a list, the whole list: its items may be meant together. */
function without(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (!isRecord(value) || paths.some((path) => path.length === 0)) return undefined;
  const inside = new Map<string, (readonly string[])[]>();
  for (const [token = '', ...rest] of paths) {
    const known = inside.get(token);
    if (known === undefined) inside.set(token, [rest]);
    else known.push(rest);
  }
  const kept = Object.entries(value).map(([name, field]) => {
    const gone = inside.get(name);
    return [name, gone === undefined ? field : without(field, gone)] as const;
  });
  return Object.fromEntries(kept.filter(([name, field]) => field !== undefined || !inside.has(name)));
}

const outer = ['oneOf', 'anyOf', 'propertyNames'];

/** The errors inside the branches of an alternative, or about one key, say less than the error around them. */
function withoutBranches(errors: readonly ValidationError[]): readonly ValidationError[] {
  const alternatives = errors
    .filter(({ keyword }) => outer.includes(keyword))
    .map((error) => `${error.schemaPath}/${error.keyword}/`);
  // What has the wrong type fits no alternative either; that is one problem, not two.
  const mistyped = new Set(
    errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath),
  );
  return errors.filter(
    (error) =>
      !(error.keyword === 'oneOf' && mistyped.has(error.instancePath)) &&
      !alternatives.some((path) => error.schemaPath.startsWith(path) || `${error.schemaPath}/` === path),
  );
}

function problemsOf(
  error: ValidationError,
  schema: TSchema,
  root: unknown,
  rootField: string,
): readonly FieldProblem[] {
  const { field, value } = locate(error.instancePath, root, rootField);
  const at = schemaAt(schema, error.schemaPath);
  if (error.keyword === 'required') {
    return listParameter(error.params, 'requiredProperties').map((name) => ({
      field: joinField(field, name),
      value: showValue(undefined),
      message: 'this field is required',
    }));
  }
  return [{ field, value: showValue(value), message: `write ${allowedBy(error, at)}` }];
}

function allowedBy(error: ValidationError, schema: Readonly<Record<string, unknown>>): string {
  const { allowed } = schema;
  if (typeof allowed === 'string') return allowed;
  if (error.keyword === 'enum') {
    const values = listParameter(error.params, 'allowedValues').map((value) => JSON.stringify(value));
    return `one of ${values.join(', ')}`;
  }
  if (error.keyword === 'type') return typeNames[String(schema['type'])] ?? 'a value of another type';
  const words = Object.hasOwn(keywordWords, error.keyword) ? keywordWords[error.keyword] : undefined;
  return words?.(String(schema[error.keyword])) ?? `a value that fits: ${error.message}`;
}

const keywordWords: Readonly<Record<string, (bound: string) => string>> = {
  anyOf: () => 'a whole number or text',
  multipleOf: () => 'a whole number',
  pattern: (pattern) => `text that matches ${pattern}`,
  format: (format) => `text in the format ${format}`,
  minimum: (bound) => `a number of at least ${bound}`,
  maximum: (bound) => `a number of at most ${bound}`,
  minLength: (bound) => `text of at least ${bound} character`,
  maxLength: (bound) => `text of at most ${bound} characters`,
  maxItems: (bound) => `at most ${bound} items`,
  maxProperties: (bound) => `at most ${bound} entries`,
  propertyNames: () => `keys of at most ${bounds.key} characters`,
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'text (in quotes, where YAML would read a number or a bool)',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function locate(pointer: string, root: unknown, rootField: string): { field: string; value: unknown } {
  let field = rootField;
  let value = root;
  for (const token of pointerTokens(pointer)) {
    field = joinField(field, Array.isArray(value) ? Number(token) : token);
    value = isRecord(value) || Array.isArray(value) ? Reflect.get(value, token) : undefined;
  }
  return { field, value };
}

function schemaAt(schema: TSchema, pointer: string): Readonly<Record<string, unknown>> {
  let at: unknown = schema;
  for (const token of pointerTokens(pointer.replace(/^#/, ''))) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, token) : undefined;
  }
  return isRecord(at) ? at : {};
}

const pointerTokens = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

function listParameter(params: unknown, name: string): readonly string[] {
  const values: unknown = isRecord(params) ? params[name] : undefined;
  return Array.isArray(values) ? values.map(String) : [];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
