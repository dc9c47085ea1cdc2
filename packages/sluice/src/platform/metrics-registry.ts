import { collectDefaultMetrics, Registry } from 'prom-client';
import { createCanarySeries } from './canary-series.ts';

/** Labels of a canary's series. `name` is the target's name, as in Flagger, whose dashboards join on it. */
export interface CanaryLabels {
  readonly name: string;
  readonly namespace: string;
}

export type AnalysisStrategy = 'canary' | 'blue-green' | 'ab-testing';

export interface MetricsRegistry {
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
  /** Canaries in a namespace; 0 removes the series. */
  canaryTotal(namespace: string, count: number): void;
  /** Removes the series of a deleted canary. (Flagger keeps them for ever.) */
  remove(canary: CanaryLabels): void;
  readonly contentType: string;
  /** The text of `/metrics`. */
  expose(): Promise<string>;
}

export interface MetricsRegistryOptions {
  /** Memory, CPU and event loop of the process, too. */
  readonly processMetrics?: boolean;
}

/** Flagger's series by Flagger's names and labels, so that dashboards and alerts go on working. */
export function createMetricsRegistry(options: MetricsRegistryOptions = {}): MetricsRegistry {
  const register = new Registry();
  // The default of 10 ms takes two thirds of the CPU time of a controller at rest.
  if (options.processMetrics === true) collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 100 });
  const series = createCanarySeries(register);
  const removals = createRemovals();
  return {
    ...setters(series, removals),
    info(version, meshProvider) {
      series.info.reset();
      series.info.set({ version, mesh_provider: meshProvider }, 1);
    },
    passBegan: (lateSeconds) => series.late.observe({ name: 'canaries' }, lateSeconds),
    canaryTotal(namespace, count) {
      if (count === 0) series.total.remove({ namespace });
      else series.total.set({ namespace }, count);
    },
    remove: (canary) => removals.run(canary),
    contentType: register.contentType,
    expose: () => register.metrics(),
  };
}

type OfCanary =
  'canaryStatus' | 'canaryWeight' | 'metricAnalysis' | 'passDuration' | 'successes' | 'failures';

/** Setters of the series of one canary, which are removed with it. */
const setters = (
  series: ReturnType<typeof createCanarySeries>,
  removals: Removals,
): Pick<MetricsRegistry, OfCanary> => ({
  canaryStatus(canary, status) {
    series.status.set(labelsOf(canary), status);
    removals.note(canary, 'status', () => series.status.remove(labelsOf(canary)));
  },
  canaryWeight(canary, weights) {
    const primary = { workload: `${canary.name}-primary`, namespace: canary.namespace };
    const target = { workload: canary.name, namespace: canary.namespace };
    series.weight.set(primary, weights.primary);
    series.weight.set(target, weights.canary);
    removals.note(canary, 'weight', () => {
      series.weight.remove(primary);
      series.weight.remove(target);
    });
  },
  metricAnalysis(canary, metric, value) {
    const labels = { ...labelsOf(canary), metric };
    series.metric.set(labels, value);
    removals.note(canary, `metric ${metric}`, () => series.metric.remove(labels));
  },
  passDuration(canary, seconds) {
    series.duration.observe(labelsOf(canary), seconds);
    removals.note(canary, 'duration', () => series.duration.remove(labelsOf(canary)));
  },
  successes(canary, strategy, status) {
    const labels = { ...labelsOf(canary), deployment_strategy: strategy, analysis_status: status };
    series.successes.inc(labels);
    removals.note(canary, `success ${strategy} ${status}`, () => series.successes.remove(labels));
  },
  failures(canary, strategy) {
    const labels = { ...labelsOf(canary), deployment_strategy: strategy, analysis_status: 'completed' };
    series.failures.inc(labels);
    removals.note(canary, `failure ${strategy}`, () => series.failures.remove(labels));
  },
});

const labelsOf = ({ name, namespace }: CanaryLabels): { name: string; namespace: string } => ({
  name,
  namespace,
});

type Removals = ReturnType<typeof createRemovals>;

/** prom-client removes a series only by its full label set, so the label sets of each canary are kept here. */
function createRemovals() {
  const byCanary = new Map<string, Map<string, () => void>>();
  const keyOf = (canary: CanaryLabels): string => `${canary.namespace}/${canary.name}`;
  return {
    note(canary: CanaryLabels, what: string, remove: () => void): void {
      const known = byCanary.get(keyOf(canary)) ?? new Map<string, () => void>();
      byCanary.set(keyOf(canary), known.set(what, remove));
    },
    run(canary: CanaryLabels): void {
      for (const remove of byCanary.get(keyOf(canary))?.values() ?? []) remove();
      byCanary.delete(keyOf(canary));
    },
  };
}
