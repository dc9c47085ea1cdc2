import type { Series } from '@sluice/local/query/sample-store.ts';

export interface PromtoolStory {
  readonly name: string;
  readonly series: readonly Series[];
  /** Milliseconds: when the first scrape was, when the alerts are looked at, and between two scrapes. */
  readonly from: number;
  readonly at: number;
  readonly stepMs: number;
  /** Names of the alerts that fire at `at`. */
  readonly fires: readonly string[];
}

/**
 * A test of `promtool test rules`, whose clock begins in 1970: values that are Unix times are moved with it.
 */
export const promtoolTest = ({ name, series, from, at, stepMs, fires }: PromtoolStory) => ({
  name,
  interval: `${stepMs / 1000}s`,
  input_series: series.map(({ labels, points }) => {
    const { __name__: metric = '', ...others } = labels;
    const shift = metric.endsWith('_timestamp_seconds') ? from / 1000 : 0;
    const values = new Map(points.map(({ time, value }) => [time, value - shift]));
    const times = Array.from(
      { length: Math.round((at - from) / stepMs) + 1 },
      (_, index) => from + index * stepMs,
    );
    const text = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    return {
      series: `${metric}{${text.join(',')}}`,
      values: times
        .map((time, index) => values.get(time) ?? (values.has(times[index - 1] ?? -1) ? 'stale' : '_'))
        .join(' '),
    };
  }),
  promql_expr_test: [
    {
      expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: `${(at - from) / 1000}s`,
      exp_samples: fires.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
    },
  ],
});
