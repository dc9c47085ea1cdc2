import type { Canary, CanaryMetric } from '../../api/canary.ts';
import { describeProblem } from '../../api/field-problem.ts';
import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { parseMetricTemplate } from '../../api/parse-provider.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { builtinCheckOf } from '../metrics/judge-metric.ts';
import { queryContextOf } from '../metrics/query-context.ts';
import type { QueryContext } from '../metrics/query-template.ts';
import { checkDuration } from './check-duration.ts';
import { problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

export interface KnownMetrics {
  readonly isMetricProvider: (type: string) => boolean;
  readonly findMetricTemplate: (ref: ObjectRef) => AnyKubeObject | undefined;
  readonly renderQuery: (template: string, context: QueryContext) => string;
}

export function checkMetrics(canary: Canary, known: KnownMetrics): readonly Finding[] {
  return (canary.spec.analysis.metrics ?? []).flatMap((metric, index) => {
    const field = `spec.analysis.metrics[${index}]`;
    return [
      ...checkDuration(`${field}.interval`, metric.interval, 1_000),
      ...checkQuery(field, metric),
      ...checkBounds(field, metric),
      ...checkInlineQuery(`${field}.query`, canary, metric, known),
      ...checkTemplate(`${field}.templateRef`, canary, metric, known),
    ];
  });
}

/** Flagger fails a metric without a query in each round, which rolls every revision back. */
function checkQuery(field: string, metric: CanaryMetric): readonly Finding[] {
  if (builtinCheckOf(metric.name) !== undefined || metric.templateRef !== undefined) return [];
  if (metric.query !== undefined && metric.query !== '') return [];
  const message =
    'write request-success-rate or request-duration, or give the metric a templateRef or a query';
  return [problem(`${field}.name`, metric.name, message)];
}

function checkBounds(field: string, metric: CanaryMetric): readonly Finding[] {
  const { threshold, thresholdRange } = metric;
  if (thresholdRange?.min !== undefined && thresholdRange.max !== undefined) {
    if (thresholdRange.min > thresholdRange.max) {
      return [problem(`${field}.thresholdRange`, thresholdRange, 'write a min that is not above max')];
    }
  }
  if (threshold !== undefined || thresholdRange !== undefined) return [];
  // A success rate is never below 0, every other check fails above it.
  const effect = metric.name === 'request-success-rate' ? 'every value passes' : 'every value above 0 fails';
  return [warning(`${field}.thresholdRange`, undefined, `without thresholdRange and threshold ${effect}`)];
}

function checkTemplate(
  field: string,
  canary: Canary,
  metric: CanaryMetric,
  known: KnownMetrics,
): readonly Finding[] {
  if (metric.templateRef === undefined) return [];
  const namespace = metric.templateRef.namespace ?? canary.metadata.namespace ?? '';
  const shown = `${namespace}/${metric.templateRef.name}`;
  const object = known.findMetricTemplate({ namespace, name: metric.templateRef.name });
  if (object === undefined) return [problem(field, shown, 'name a MetricTemplate that exists')];
  const parsed = parseMetricTemplate(object);
  if ('problems' in parsed) {
    const [first] = parsed.problems;
    const cause = first === undefined ? 'it is not valid' : describeProblem(first);
    return [problem(field, shown, `correct the MetricTemplate: ${cause}`)];
  }
  const { provider, query } = parsed.template.spec;
  if (!known.isMetricProvider(provider.type)) {
    return [problem(field, shown, `correct the MetricTemplate: no provider of type ${provider.type} here`)];
  }
  const failure = renderFailure(query, canary, metric, known);
  return failure === undefined ? [] : [problem(field, shown, failure)];
}

function checkInlineQuery(
  field: string,
  canary: Canary,
  metric: CanaryMetric,
  known: KnownMetrics,
): readonly Finding[] {
  const failure = renderFailure(metric.query ?? '', canary, metric, known);
  return failure === undefined ? [] : [problem(field, metric.query, failure)];
}

/** Renders the query with the values of this canary, so that a missing variable is found before a run. */
function renderFailure(
  query: string,
  canary: Canary,
  metric: CanaryMetric,
  known: KnownMetrics,
): string | undefined {
  try {
    known.renderQuery(query, queryContextOf(canary, metric));
    return undefined;
  } catch (error) {
    if (error instanceof SluiceError) return error.message;
    throw error;
  }
}
