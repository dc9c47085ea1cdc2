import type { CanaryMetric } from '../../api/canary.ts';
import type { MetricTemplate } from '../../api/metric-template.ts';
import { parseMetricTemplate } from '../../api/parse-provider.ts';
import { metricTemplates } from '../../api/resources.ts';
import { parseGoDuration } from '../../lib/duration.ts';
import { SluiceError } from '../../lib/sluice-error.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import { builtinCheckOf } from '../../rules/judge-metric.ts';
import type { MetricCheck } from '../../rules/judge-metric.ts';
import { queryContextOf } from '../../rules/query-context.ts';
import { renderQuery } from '../../rules/query-template.ts';
import type { World } from '../context.ts';
import type { RolloutDeps } from '../deps.ts';
import { providerOf } from '../gather.ts';

/** One query to ask for one metric of a canary. A metric may have several (facts 6.1). */
export interface MetricQuestion {
  readonly metric: CanaryMetric;
  readonly check: MetricCheck;
  /** Rejects with a sentence for people when it could not tell; undefined is no data. */
  readonly ask: (signal: AbortSignal) => Promise<number | undefined>;
}

/** All questions of a canary's metrics: built-in and inline ones in list order, then those of templates. */
export function metricQuestions(world: World, deps: RolloutDeps): readonly MetricQuestion[] {
  const metrics = world.canary.spec.analysis.metrics ?? [];
  const direct = metrics.flatMap((metric) => [
    ...builtinQuestion(world, deps, metric),
    ...inlineQuestion(world, deps, metric),
  ]);
  return [...direct, ...metrics.flatMap((metric) => templateQuestion(world, deps, metric))];
}

function builtinQuestion(world: World, deps: RolloutDeps, metric: CanaryMetric): readonly MetricQuestion[] {
  const check = builtinCheckOf(metric.name);
  if (check === undefined) return [];
  const router = providerOf(world.canary, deps);
  const ask = async (signal: AbortSignal): Promise<number | undefined> => {
    const builtin = deps.providers.builtinQuery(router, check);
    if (builtin === undefined)
      throw new SluiceError(`no built-in ${check} exists for provider ${router}; use a MetricTemplate`);
    const value = await query(prometheus(world, deps), builtin.query, world, metric, signal);
    return value === undefined ? undefined : value * builtin.scale;
  };
  return [{ metric, check, ask }];
}

function inlineQuestion(world: World, deps: RolloutDeps, metric: CanaryMetric): readonly MetricQuestion[] {
  const text = metric.query ?? '';
  if (text === '') return [];
  return [
    { metric, check: 'query', ask: (signal) => query(prometheus(world, deps), text, world, metric, signal) },
  ];
}

function templateQuestion(world: World, deps: RolloutDeps, metric: CanaryMetric): readonly MetricQuestion[] {
  const ref = metric.templateRef;
  if (ref === undefined) return [];
  const at = { namespace: ref.namespace ?? world.namespace, name: ref.name };
  const ask = async (signal: AbortSignal): Promise<number | undefined> => {
    const object = deps.cache.get(metricTemplates, at);
    if (object === undefined)
      throw new SluiceError(`MetricTemplate ${at.namespace}/${at.name} does not exist`);
    const template = readTemplate(object, `${at.namespace}/${at.name}`);
    const source = await deps.providers.templateSource(object, signal);
    return query(source, template.spec.query, world, metric, signal);
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
const prometheus = (world: World, deps: RolloutDeps): MetricSource =>
  deps.providers.prometheus(world.canary.spec.metricsServer || deps.options.metricsServer);

async function query(
  source: MetricSource,
  template: string,
  world: World,
  metric: CanaryMetric,
  signal: AbortSignal,
): Promise<number | undefined> {
  const context = queryContextOf(world.canary, metric);
  return source.query(renderQuery(template, context), parseGoDuration(context.interval), signal);
}
