import type { MetricProvider } from '../ports/metric-source.ts';
import { prometheus } from './prometheus.ts';

export const metricProviders: readonly MetricProvider[] = [prometheus];

/** Finds a provider by `spec.provider.type` of a MetricTemplate. Undefined: no such one, which the caller reports. */
export function findMetricProvider(type: string): MetricProvider | undefined {
  return metricProviders.find((provider) => provider.type === type);
}
