import { labelsKey, onlyLabels, withoutLabels, type Labels } from '../labels.ts';
import type { Grouping } from './expression.ts';
import { notSupported } from './query-error.ts';
import type { Sample, Value } from './value.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** NaN only when all values are NaN. */
const extreme = (values: readonly number[], better: (a: number, b: number) => boolean): number =>
  values.reduce((best, value) => (Number.isNaN(best) || better(value, best) ? value : best), Number.NaN);

export const reductions: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: (values) => extreme(values, (a, b) => a < b),
  max: (values) => extreme(values, (a, b) => a > b),
  count: (values) => values.length,
};

/** One sample per group. No samples give no result, because no data is never zero. */
export function aggregate(operation: string, grouping: Grouping, samples: readonly Sample[]): Value {
  const reduce = reductions[operation];
  if (reduce === undefined) throw notSupported(`aggregation ${operation}`);
  const groups = new Map<string, { readonly labels: Labels; readonly values: number[] }>();
  for (const sample of samples) {
    const labels =
      grouping.kind === 'by'
        ? onlyLabels(sample.labels, grouping.labels)
        : withoutLabels(sample.labels, ['__name__', ...grouping.labels]);
    const key = labelsKey(labels);
    const group = groups.get(key) ?? { labels, values: [] };
    groups.set(key, group);
    group.values.push(sample.value);
  }
  return {
    type: 'vector',
    samples: [...groups.values()].map(({ labels, values }) => ({ labels, value: reduce(values) })),
  };
}
