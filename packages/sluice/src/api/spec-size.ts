import { asRecord } from '@sluice/lib/json/json-read.ts';
import { longestSpec, mostValues } from './bounds.ts';
import type { FieldProblem } from './field-problem.ts';

/** Problems of a spec that is too large as a whole, although each of its fields may be in bounds. */
export function sizeProblems(spec: unknown): readonly FieldProblem[] {
  // guard: a-spec-is-bounded
  if (lengthOf(spec, longestSpec) > longestSpec)
    return [tooLarge(spec, longestSpec, lengthOf, 'characters of JSON')];
  // guard: the-values-of-a-spec-are-bounded
  if (countOf(spec, mostValues) > mostValues)
    return [tooLarge(spec, mostValues, countOf, 'fields and items')];
  return [];
}

function tooLarge(spec: unknown, most: number, measure: Measure, what: string): FieldProblem {
  const largest = partsOf(spec, most, measure).at(-1);
  const at = largest === undefined ? '' : `; the largest part is ${fieldOf(largest).slice(0, 100)}`;
  return { field: 'spec', value: 'too large', message: `write at most ${most} ${what}${at}` };
}

/** The spec with so few values that the schema can be checked quickly; long texts stay. */
export const withFewValues = (spec: unknown): unknown => within(spec, mostValues, countOf);

/** The spec without as many of its largest parts (`spec.NAME`, `spec.NAME.FIELD`) as it takes to be small enough. */
export const withinSize = (spec: unknown): unknown => within(withFewValues(spec), longestSpec, lengthOf);

/** Stops above `most`: what comes after makes no difference. */
type Measure = (value: unknown, most: number) => number;

interface Part {
  readonly name: string;
  /** Undefined: the value stands at `name` itself. */
  readonly field: string | undefined;
  readonly value: unknown;
  readonly size: number;
}

const fieldOf = ({ name, field }: Part): string =>
  field === undefined ? `spec.${name}` : `spec.${name}.${field}`;

function within(spec: unknown, most: number, measure: Measure): unknown {
  if (measure(spec, most) <= most) return spec;
  let size = 0;
  return assemble(partsOf(spec, most, measure).filter((part) => (size += part.size) <= most));
}

/** Smallest first. */
function partsOf(spec: unknown, most: number, measure: Measure): readonly Part[] {
  const parts = Object.entries(asRecord(spec)).flatMap(([name, part]): readonly Part[] => {
    const fields = Object.entries(asRecord(part));
    if (fields.length === 0) return [{ name, field: undefined, value: part, size: measure(part, most) }];
    return fields.map(([field, value]) => ({ name, field, value, size: measure(value, most) }));
  });
  return parts.toSorted((a, b) => a.size - b.size);
}

function assemble(parts: readonly Part[]): Readonly<Record<string, unknown>> {
  const whole = new Map<string, unknown>();
  const nested = new Map<string, Map<string, unknown>>();
  for (const { name, field, value } of parts) {
    if (field === undefined) whole.set(name, value);
    else nested.set(name, (nested.get(name) ?? new Map<string, unknown>()).set(field, value));
  }
  for (const [name, fields] of nested) whole.set(name, Object.fromEntries(fields));
  return Object.fromEntries(whole);
}

/** Characters of the value as JSON, escapes left out: told from the lengths of its texts, without writing it. */
function lengthOf(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length + quotes;
  if (typeof value !== 'object' || value === null) return String(value).length;
  const keys = Array.isArray(value) ? undefined : quotes + 2;
  let sum = quotes;
  for (const key in value) {
    if (sum > most) return sum;
    sum += (keys === undefined ? 1 : key.length + keys) + lengthOf(Reflect.get(value, key), most - sum);
  }
  return sum;
}

/** Quotes, brackets or braces. */
const quotes = 2;

/** Fields, entries and items at any depth, and the value itself. */
function countOf(value: unknown, most: number): number {
  let sum = 1;
  if (typeof value !== 'object' || value === null) return sum;
  for (const key in value) {
    if (sum > most) return sum;
    sum += countOf(Reflect.get(value, key), most - sum);
  }
  return sum;
}
