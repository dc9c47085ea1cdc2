import { collectDefaultMetrics, Registry } from 'prom-client';
import { createCanarySeries } from './canary-series.ts';
import { createOwnSeries } from './own-series.ts';
import type { ProcessState } from './own-series.ts';
import { createOwnSetters } from './own-setters.ts';
import type { OwnSetters } from './own-setters.ts';
import { createSeriesRemovals } from './series-removals.ts';
import type { SeriesRemovals } from './series-removals.ts';

/** Labels of a canary's series. `name` is the target's name, as in Flagger, whose dashboards join on it. */
export interface CanaryLabels {
  readonly name: string;
  readonly namespace: string;
}

export type AnalysisStrategy = 'canary' | 'blue-green' | 'ab-testing';

export interface MetricsRegistry extends OwnSetters {
  info(version: string, meshProvider: string): void;
  /** 0 progressing, 2 failed, 1 everything else. */
  canaryStatus(canary: CanaryLabels, status: 0 | 1 | 2): void;
  /** Percent of the traffic. */
  canaryWeight(canary: CanaryLabels, weights: { readonly primary: number; readonly canary: number }): void;
  /** Last value of a metric check; seconds for durations. */
  metricAnalysis(canary: CanaryLabels, metric: string, value: number): void;
  passDuration(canary: CanaryLabels, seconds: number): void;
  /** Records the seconds between a pass's due time and its start, under the name that Kubernetes' controllers use. */
  passBegan(lateSeconds: number): void;
  successes(canary: CanaryLabels, strategy: AnalysisStrategy, status: 'completed' | 'skipped'): void;
  failures(canary: CanaryLabels, strategy: AnalysisStrategy): void;
  /** Canaries in a namespace; 0 removes the series of the namespace. */
  canaryTotal(namespace: string, count: number): void;
  /** Removes Flagger's series of a deleted canary. (Flagger keeps them for ever.) */
  remove(canary: CanaryLabels): void;
  /** Whom to ask for the state of the process at each scrape. Until then it does not lead. */
  process(state: ProcessState): void;
  readonly contentType: string;
  /** The text of `/metrics`. */
  expose(): Promise<string>;
}

export interface MetricsRegistryOptions {
  /** Memory, CPU and event loop of the process, too. */
  readonly processMetrics?: boolean;
}

/** Flagger's series by Flagger's names and labels, so that dashboards and alerts go on working, and our own. */
export function createMetricsRegistry(options: MetricsRegistryOptions = {}): MetricsRegistry {
  const register = new Registry();
  // The default of 10 ms takes two thirds of the CPU time of a controller at rest.
  if (options.processMetrics === true) collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 100 });
  const series = createCanarySeries(register);
  let state: ProcessState = { leads: () => false, queued: () => 0 };
  const own = createOwnSetters(createOwnSeries(register, () => state));
  const removals = createSeriesRemovals();
  return {
    ...setters(series, removals),
    ...own,
    info(version, meshProvider) {
      series.info.reset();
      series.info.set({ version, mesh_provider: meshProvider }, 1);
    },
    passBegan: (lateSeconds) => series.late.observe({ name: 'canaries' }, lateSeconds),
    canaryTotal(namespace, count) {
      if (count > 0) return series.total.set({ namespace }, count);
      series.total.remove({ namespace });
      own.removeNamespace(namespace);
    },
    remove: (canary) => removals.run(ownerOf(canary)),
    process: (asked) => void (state = asked),
    contentType: register.contentType,
    expose: () => register.metrics(),
  };
}

/** Characters of a metric's name: tenants choose it, and the definition does not bound it. */
const longestName = 128;

type OfCanary =
  'canaryStatus' | 'canaryWeight' | 'metricAnalysis' | 'passDuration' | 'successes' | 'failures';

/** Setters of the series of one canary, which are removed with it. */
const setters = (
  series: ReturnType<typeof createCanarySeries>,
  removals: SeriesRemovals,
): Pick<MetricsRegistry, OfCanary> => ({
  canaryStatus(canary, status) {
    series.status.set(labelsOf(canary), status);
    removals.note(ownerOf(canary), 'status', () => series.status.remove(labelsOf(canary)));
  },
  canaryWeight(canary, weights) {
    const primary = { workload: `${canary.name}-primary`, namespace: canary.namespace };
    const target = { workload: canary.name, namespace: canary.namespace };
    series.weight.set(primary, weights.primary);
    series.weight.set(target, weights.canary);
    removals.note(ownerOf(canary), 'weight', () => {
      series.weight.remove(primary);
      series.weight.remove(target);
    });
  },
  metricAnalysis(canary, metric, value) {
    let shown = metric;
    // guard: metric-names-of-series-are-bounded
    shown = metric.slice(0, longestName);
    const labels = { ...labelsOf(canary), metric: shown };
    series.metric.set(labels, value);
    removals.note(ownerOf(canary), `metric ${shown}`, () => series.metric.remove(labels));
  },
  passDuration(canary, seconds) {
    series.duration.observe(labelsOf(canary), seconds);
    removals.note(ownerOf(canary), 'duration', () => series.duration.remove(labelsOf(canary)));
  },
  successes(canary, strategy, status) {
    const labels = { ...labelsOf(canary), deployment_strategy: strategy, analysis_status: status };
    series.successes.inc(labels);
    removals.note(ownerOf(canary), `success ${strategy} ${status}`, () => series.successes.remove(labels));
  },
  failures(canary, strategy) {
    const labels = { ...labelsOf(canary), deployment_strategy: strategy, analysis_status: 'completed' };
    series.failures.inc(labels);
    removals.note(ownerOf(canary), `failure ${strategy}`, () => series.failures.remove(labels));
  },
});

const ownerOf = ({ name, namespace }: CanaryLabels): string => `${namespace}/${name}`;

const labelsOf = ({ name, namespace }: CanaryLabels): { name: string; namespace: string } => ({
  name,
  namespace,
});
