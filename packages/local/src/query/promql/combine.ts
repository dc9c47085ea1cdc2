import { labelsKey, onlyLabels, withoutLabels, type Labels } from '../labels.ts';
import type { Expression, Matching } from './expression.ts';
import { QueryError } from './query-error.ts';
import type { Sample, Value } from './value.ts';

type Binary = Expression & { readonly type: 'binary' };

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': (a, b) => a ** b,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

/** A binary operator between scalars and instant vectors; vectors one to one. */
export function combine(binary: Binary, left: Value, right: Value): Value {
  if (left.type === 'matrix' || right.type === 'matrix') {
    throw new QueryError('bad_data', `operator ${binary.operator} does not work on a range vector`);
  }
  if (left.type === 'scalar' && right.type === 'scalar') {
    if (comparisons[binary.operator] !== undefined && !binary.bool) {
      throw new QueryError('bad_data', 'comparisons between scalars must use bool');
    }
    const value = compute(binary, left.value, right.value, left.value);
    return { type: 'scalar', value: value ?? Number.NaN };
  }
  if (left.type === 'vector' && right.type === 'vector') {
    return { type: 'vector', samples: combineVectors(binary, left.samples, right.samples) };
  }
  if (left.type === 'vector' && right.type === 'scalar') {
    return { type: 'vector', samples: mapSamples(binary, left.samples, (value) => [value, right.value]) };
  }
  if (left.type === 'scalar' && right.type === 'vector') {
    return { type: 'vector', samples: mapSamples(binary, right.samples, (value) => [left.value, value]) };
  }
  return { type: 'vector', samples: [] };
}

/** Computes one pair. A comparison gives `kept` when it is true and undefined when it is false. */
function compute(binary: Binary, a: number, b: number, kept: number): number | undefined {
  const compare = comparisons[binary.operator];
  if (compare === undefined) {
    const operate = arithmetic[binary.operator];
    if (operate !== undefined) return operate(a, b);
    throw new QueryError('bad_data', `set operator ${binary.operator} needs two vectors`);
  }
  if (binary.bool) return Number(compare(a, b));
  return compare(a, b) ? kept : undefined;
}

function mapSamples(
  binary: Binary,
  samples: readonly Sample[],
  operands: (value: number) => readonly [number, number],
): readonly Sample[] {
  return samples.flatMap((sample) => {
    const value = compute(binary, ...operands(sample.value), sample.value);
    return value === undefined ? [] : [{ labels: resultLabels(binary, sample.labels), value }];
  });
}

function resultLabels(binary: Binary, labels: Labels): Labels {
  const keepsName = comparisons[binary.operator] !== undefined && !binary.bool;
  return keepsName ? labels : withoutLabels(labels, ['__name__']);
}

function combineVectors(
  binary: Binary,
  left: readonly Sample[],
  right: readonly Sample[],
): readonly Sample[] {
  const keyOf = (sample: Sample): string => labelsKey(matchedLabels(binary.matching, sample.labels));
  const rightKeys = new Set(right.map(keyOf));
  if (binary.operator === 'and') return left.filter((sample) => rightKeys.has(keyOf(sample)));
  if (binary.operator === 'unless') return left.filter((sample) => !rightKeys.has(keyOf(sample)));
  const leftKeys = new Set(left.map(keyOf));
  if (binary.operator === 'or') return [...left, ...right.filter((sample) => !leftKeys.has(keyOf(sample)))];
  if (leftKeys.size < left.length || rightKeys.size < right.length) {
    throw new QueryError(
      'execution',
      'several series of one side have the same labels: aggregate them first',
    );
  }
  const byKey = new Map(right.map((sample) => [keyOf(sample), sample]));
  return left.flatMap((sample) => {
    const other = byKey.get(keyOf(sample));
    const value = other && compute(binary, sample.value, other.value, sample.value);
    if (value === undefined) return [];
    const { kind, labels } = binary.matching;
    const narrowed = kind === 'on' ? onlyLabels(sample.labels, labels) : withoutLabels(sample.labels, labels);
    return [{ labels: resultLabels(binary, narrowed), value }];
  });
}

function matchedLabels(matching: Matching, labels: Labels): Labels {
  return matching.kind === 'on'
    ? onlyLabels(labels, matching.labels)
    : withoutLabels(labels, ['__name__', ...matching.labels]);
}
