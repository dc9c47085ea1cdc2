import type { MetricProvider } from '../ports/metric-source.ts';
import { prometheus } from './prometheus.ts';

export const metricProviders: readonly MetricProvider[] = [prometheus];

/** By `spec.provider.type` of a MetricTemplate. Undefined: no such provider, which the caller reports. */
export function findMetricProvider(type: string): MetricProvider | undefined {
  return metricProviders.find((provider) => provider.type === type);
}
