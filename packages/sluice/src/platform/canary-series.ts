import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

const canary = ['name', 'namespace'] as const;
const outcome = ['name', 'namespace', 'deployment_strategy', 'analysis_status'] as const;

/** Flagger's controller series: names, labels and help are an interface that dashboards and alerts rely on. */
export const createCanarySeries = (register: Registry) => ({
  ...createStateSeries([register]),
  ...createTimeSeries([register]),
  ...createOutcomeSeries([register]),
});

const createStateSeries = (registers: Registry[]) => ({
  info: new Gauge({
    name: 'flagger_info',
    help: 'Version and mesh provider of the controller',
    labelNames: ['version', 'mesh_provider'],
    registers,
  }),
  total: new Gauge({
    name: 'flagger_canary_total',
    help: 'Number of canaries in a namespace',
    labelNames: ['namespace'],
    registers,
  }),
  status: new Gauge({
    name: 'flagger_canary_status',
    help: 'Last analysis: 0 running, 1 successful, 2 failed',
    labelNames: canary,
    registers,
  }),
  weight: new Gauge({
    name: 'flagger_canary_weight',
    help: 'Percent of the traffic a workload gets',
    labelNames: ['workload', 'namespace'],
    registers,
  }),
  metric: new Gauge({
    name: 'flagger_canary_metric_analysis',
    help: 'Last value of a metric check',
    labelNames: ['name', 'namespace', 'metric'],
    registers,
  }),
});

const createTimeSeries = (registers: Registry[]) => ({
  duration: new Histogram({
    name: 'flagger_canary_duration_seconds',
    help: 'Seconds one pass of the analysis took',
    labelNames: canary,
    registers,
  }),
  late: new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'Seconds between the moment a pass was due and its start',
    labelNames: ['name'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers,
  }),
});

const createOutcomeSeries = (registers: Registry[]) => ({
  successes: new Counter({
    name: 'flagger_canary_successes_total',
    help: 'Analyses that ended in promotion',
    labelNames: outcome,
    registers,
  }),
  failures: new Counter({
    name: 'flagger_canary_failures_total',
    help: 'Analyses that ended in rollback',
    labelNames: outcome,
    registers,
  }),
});
