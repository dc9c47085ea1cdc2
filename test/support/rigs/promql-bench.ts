import type { Labels } from '@sluice/local/query/labels.ts';
import { answerQuery } from '@sluice/local/query/query-answer.ts';
import { createSampleStore, type SampleStore } from '@sluice/local/query/sample-store.ts';

/** The moment of every query here; samples are given in seconds before or after it. */
export const now = 1_700_000_000_000;

/** Like Prometheus' own test files: `values` are one second apart, the last one now. `undefined` is a gap. */
export function load(series: readonly (readonly [Labels, readonly (number | undefined)[]])[]): SampleStore {
  const samples = createSampleStore({ retentionMs: 600_000, maxSeries: 1_000 });
  for (const [labels, values] of series) {
    values.forEach((value, index) => {
      const time = now - (values.length - 1 - index) * 1_000;
      if (value !== undefined) samples.append(labels, { time, value });
    });
  }
  return samples;
}

export const series = (
  name: string,
  labels: Labels,
  ...values: (number | undefined)[]
): readonly [Labels, readonly (number | undefined)[]] => [{ __name__: name, ...labels }, values];

export function run(query: string, samples: SampleStore): unknown {
  return answerQuery(new URLSearchParams({ query, time: `${now / 1_000}` }), samples, now).body;
}

/** Labels and value of each sample; a scalar as its text. */
export function results(query: string, samples: SampleStore): unknown {
  const { data } = run(query, samples) as {
    readonly data: { readonly resultType: string; readonly result: unknown };
  };
  if (data.resultType === 'scalar') return (data.result as readonly unknown[])[1];
  return (
    data.result as readonly { readonly metric: Labels; readonly value: readonly [number, string] }[]
  ).map(({ metric, value }) => [metric, value[1]]);
}
