import type { Canary, CanaryMetric } from '../../api/canary.ts';
import type { Draft } from '../finding.ts';
import { draft } from './check.ts';
import type { Check, CheckContext } from './check.ts';

/** MetricTemplates that were not read, and bounds that do not count. */
export const checkMetricSources: Check = (canary, context) =>
  (canary.spec.analysis.metrics ?? []).flatMap((metric, index) => {
    const field = `spec.analysis.metrics[${index}]`;
    return [...checkTemplate(field, canary, metric, context), ...checkBounds(field, metric)];
  });

function checkTemplate(
  field: string,
  canary: Canary,
  { templateRef }: CanaryMetric,
  { hasTemplate }: CheckContext,
): readonly Draft[] {
  if (templateRef === undefined) return [];
  const namespace = templateRef.namespace ?? canary.metadata.namespace ?? '';
  if (hasTemplate({ namespace, name: templateRef.name })) return [];
  const shown = namespace === '' ? templateRef.name : `${namespace}/${templateRef.name}`;
  const message = `MetricTemplate ${shown} is in none of the files: its query is not checked`;
  return [draft('METRIC003', `${field}.templateRef`, message)];
}

function checkBounds(field: string, { threshold, thresholdRange }: CanaryMetric): readonly Draft[] {
  if (thresholdRange === undefined) return [];
  const findings: Draft[] = [];
  if (threshold !== undefined) {
    const message = `${field}.threshold does not count beside thresholdRange: remove one of them`;
    findings.push(draft('METRIC005', `${field}.threshold`, message));
  }
  if (thresholdRange.min === undefined && thresholdRange.max === undefined) {
    const message = `${field}.thresholdRange has neither min nor max: every value passes`;
    findings.push(draft('METRIC002', `${field}.thresholdRange`, message));
  }
  return findings;
}
