import { labelsKey, withoutLabels, type Labels } from '../labels.ts';
import type { Sample } from './value.ts';

interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/** Quantile of classic histograms: cumulative `_bucket` series by `le`. A histogram without observations gives NaN. */
export function histogramQuantile(quantile: number, samples: readonly Sample[]): readonly Sample[] {
  const groups = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>();
  for (const sample of samples) {
    const bound = readBound(sample.labels['le']);
    if (Number.isNaN(bound)) continue;
    const labels = withoutLabels(sample.labels, ['__name__', 'le']);
    const group = groups.get(labelsKey(labels)) ?? { labels, buckets: [] };
    groups.set(labelsKey(labels), group);
    group.buckets.push({ bound, count: sample.value });
  }
  return [...groups.values()].map(({ labels, buckets }) => ({
    labels,
    value: interpolate(quantile, buckets),
  }));
}

const readBound = (le: string | undefined): number => (le === '+Inf' ? Infinity : Number(le ?? Number.NaN));

function interpolate(quantile: number, unordered: readonly Bucket[]): number {
  const buckets = raiseDips(unordered.toSorted((a, b) => a.bound - b.bound));
  const last = buckets.at(-1);
  if (last === undefined || last.bound !== Infinity || buckets.length < 2) return Number.NaN;
  if (Number.isNaN(quantile) || !(last.count > 0)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const rank = quantile * last.count;
  const index = buckets.findIndex((bucket) => bucket.count >= rank);
  const bucket = buckets[index];
  // Nothing is known above the last finite bound, so that bound is the result.
  if (bucket === undefined || bucket.bound === Infinity) return buckets.at(-2)?.bound ?? Number.NaN;
  if (index === 0 && bucket.bound <= 0) return bucket.bound;
  const below = buckets[index - 1] ?? { bound: 0, count: 0 };
  const share = (rank - below.count) / (bucket.count - below.count);
  return below.bound + (bucket.bound - below.bound) * share;
}

/** Makes buckets cumulative: they are scraped one by one, so a larger one's rate may be slightly smaller. */
function raiseDips(buckets: readonly Bucket[]): readonly Bucket[] {
  let highest = 0;
  return buckets.map(({ bound, count }) => {
    highest = Math.max(highest, count);
    return { bound, count: highest };
  });
}
