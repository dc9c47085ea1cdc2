import type { CanaryMetric } from '../../api/canary.ts';
import type { MetricTemplate } from '../../api/metric-template.ts';
import { parseMetricTemplate } from '../../api/parse-provider.ts';
import { metricTemplates } from '../../api/resources.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import { builtinCheckOf } from '../../rules/metrics/judge-metric.ts';
import type { MetricCheck } from '../../rules/metrics/judge-metric.ts';
import { queryContextOf } from '../../rules/metrics/query-context.ts';
import { renderQuery } from '../../rules/metrics/query-template.ts';
import type { Seen } from '../seen.ts';
import type { RolloutDeps } from '../deps.ts';
import { providerOf } from '../look/look.ts';

type AskingDeps = Pick<RolloutDeps, 'cache' | 'options' | 'providers'>;

/** One query to ask for one metric of a canary. A metric may have several. */
export interface MetricQuestion {
  readonly metric: CanaryMetric;
  readonly check: MetricCheck;
  /** Rejects with a sentence for people when it could not tell; undefined is no data. */
  readonly ask: (signal: AbortSignal) => Promise<number | undefined>;
}

/** All questions of a canary's metrics: built-in and inline ones in list order, then those of templates. */
export function metricQuestions(seen: Seen, deps: AskingDeps): readonly MetricQuestion[] {
  const metrics = seen.canary.spec.analysis.metrics ?? [];
  const direct = metrics.flatMap((metric) => [
    ...builtinQuestion(seen, deps, metric),
    ...inlineQuestion(seen, deps, metric),
  ]);
  return [...direct, ...metrics.flatMap((metric) => templateQuestion(seen, deps, metric))];
}

function builtinQuestion(seen: Seen, deps: AskingDeps, metric: CanaryMetric): readonly MetricQuestion[] {
  const check = builtinCheckOf(metric.name);
  if (check === undefined) return [];
  const router = providerOf(seen.canary, deps);
  const ask = async (signal: AbortSignal): Promise<number | undefined> => {
    const builtin = deps.providers.builtinQuery(router, check);
    if (builtin === undefined)
      throw new SluiceError(`no built-in ${check} exists for provider ${router}; use a MetricTemplate`);
    const value = await query(prometheus(seen, deps), builtin.query, seen, metric, signal);
    return value === undefined ? undefined : value * builtin.scale;
  };
  return [{ metric, check, ask }];
}

function inlineQuestion(seen: Seen, deps: AskingDeps, metric: CanaryMetric): readonly MetricQuestion[] {
  const text = metric.query ?? '';
  if (text === '') return [];
  return [
    { metric, check: 'query', ask: (signal) => query(prometheus(seen, deps), text, seen, metric, signal) },
  ];
}

function templateQuestion(seen: Seen, deps: AskingDeps, metric: CanaryMetric): readonly MetricQuestion[] {
  const ref = metric.templateRef;
  if (ref === undefined) return [];
  const at = { namespace: ref.namespace ?? seen.namespace, name: ref.name };
  const ask = async (signal: AbortSignal): Promise<number | undefined> => {
    const object = deps.cache.get(metricTemplates, at);
    if (object === undefined)
      throw new SluiceError(`MetricTemplate ${at.namespace}/${at.name} does not exist`);
    const template = readTemplate(object, `${at.namespace}/${at.name}`);
    const source = await deps.providers.templateSource(object, signal);
    return query(source, template.spec.query, seen, metric, signal);
  };
  return [{ metric, check: 'query', ask }];
}

function readTemplate(object: Parameters<typeof parseMetricTemplate>[0], name: string): MetricTemplate {
  const parsed = parseMetricTemplate(object);
  if ('problems' in parsed) {
    const [first] = parsed.problems;
    throw new SluiceError(`MetricTemplate ${name} is invalid: ${first?.field ?? ''} ${first?.message ?? ''}`);
  }
  return parsed.template;
}

/** An empty address is no address: charts write one when no value is given. */
const prometheus = (seen: Seen, deps: AskingDeps): MetricSource =>
  deps.providers.prometheus(seen.canary.spec.metricsServer || deps.options.metricsServer);

async function query(
  source: MetricSource,
  template: string,
  seen: Seen,
  metric: CanaryMetric,
  signal: AbortSignal,
): Promise<number | undefined> {
  const context = queryContextOf(seen.canary, metric);
  return source.query(renderQuery(template, context), parseGoDuration(context.interval), signal);
}
