/** podinfo's two series, in Prometheus' text form. No library renders them, so that a pod starts fast. */
export interface RequestMetrics {
  observe(method: string, path: string, status: number, seconds: number): void;
  render(): string;
}

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Histogram {
  readonly labels: string;
  /** Not cumulative; the last counts values above every bound. */
  readonly counts: number[];
  sum: number;
}

export function createRequestMetrics(): RequestMetrics {
  const histograms = new Map<string, Histogram>();
  const totals = new Map<number, number>();
  return {
    observe(method, path, status, seconds) {
      const labels = `method="${method}",path="${path}",status="${status}"`;
      const histogram = histograms.get(labels) ?? newHistogram(labels);
      histograms.set(labels, histogram);
      const index = bounds.findIndex((bound) => seconds <= bound);
      const bucket = index === -1 ? bounds.length : index;
      histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
      histogram.sum += seconds;
      totals.set(status, (totals.get(status) ?? 0) + 1);
    },
    render() {
      const lines = [
        '# HELP http_request_duration_seconds Seconds spent serving HTTP requests.',
        '# TYPE http_request_duration_seconds histogram',
        ...[...histograms.values()].flatMap(renderHistogram),
        '# HELP http_requests_total The total number of HTTP requests.',
        '# TYPE http_requests_total counter',
        ...[...totals].map(([status, count]) => `http_requests_total{status="${status}"} ${count}`),
      ];
      return `${lines.join('\n')}\n`;
    },
  };
}

const newHistogram = (labels: string): Histogram => ({
  labels,
  counts: Array.from({ length: bounds.length + 1 }, () => 0),
  sum: 0,
});

function renderHistogram({ labels, counts, sum }: Histogram): readonly string[] {
  const name = 'http_request_duration_seconds';
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return `${name}_bucket{${labels},le="${bounds[index] ?? '+Inf'}"} ${total}`;
  });
  return [...buckets, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`];
}
