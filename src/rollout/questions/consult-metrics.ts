import type { MetricResult } from '../../api/canary-status.ts';
import { describeError } from '../../lib/sluice-error.ts';
import { judgeMetric } from '../../rules/judge-metric.ts';
import { deliveryIdOf } from '../../rules/revision.ts';
import { toTime } from '../../rules/timing.ts';
import type { PassContext } from '../context.ts';
import { roundScope } from '../run/run-ends.ts';
import { metricQuestions } from './metric-question.ts';
import type { MetricQuestion } from './metric-question.ts';

interface Measured {
  readonly value?: number;
  readonly failure?: string;
}

/** Asks all metrics of this round at once and judges them when the last answer is in. Never waits. */
export function consultMetrics(context: PassContext): 'open' | readonly MetricResult[] {
  const results = metricQuestions(context.world, context.deps).map((question, index) =>
    consult(context, question, index),
  );
  return results.some((result) => result === 'open')
    ? // guard: all-metrics-are-in-before-the-verdict
      'open'
    : results.filter((result) => result !== 'open');
}

function consult(context: PassContext, question: MetricQuestion, index: number): 'open' | MetricResult {
  const { deps, world, draft } = context;
  const { run } = draft.status;
  const key = `${run?.id ?? ''}|metric|${index}|${question.metric.name}|${run === undefined ? '' : roundScope(run)}`;
  const inquiry = deps.inquiries.find(world.key, key);
  if (inquiry === undefined) {
    deps.inquiries.start(world.key, {
      key,
      id: deliveryIdOf([key]),
      ask: 0,
      work: (signal) => measure(question, signal),
    });
    return 'open';
  }
  if (inquiry.settled === undefined) return 'open';
  return judge(context, question, asMeasured(inquiry.settled.value), inquiry.settled.at);
}

async function measure(question: MetricQuestion, signal: AbortSignal): Promise<Measured> {
  try {
    const value = await question.ask(signal);
    return value === undefined ? {} : { value };
  } catch (error) {
    return { failure: describeError(error, 300) };
  }
}

const asMeasured = (value: unknown): Measured =>
  typeof value === 'object' && value !== null && !(value instanceof Error)
    ? value
    : { failure: describeError(value, 300) };

function judge(context: PassContext, question: MetricQuestion, measured: Measured, at: number): MetricResult {
  const { metric, check } = question;
  const time = toTime(at);
  if (measured.failure !== undefined) {
    return { name: metric.name, verdict: 'failed', message: `${metric.name}: ${measured.failure}`, at: time };
  }
  const judged = judgeMetric(metric, check, measured.value);
  if (judged.value !== undefined) {
    const { names, namespace } = context.world;
    const exported = check === 'request-duration' ? judged.value / 1000 : judged.value;
    context.deps.telemetry.metricAnalysis(names.target, namespace, metric.name, exported);
  }
  const value = judged.value === undefined || !Number.isFinite(judged.value) ? {} : { value: judged.value };
  return { name: metric.name, verdict: judged.verdict, ...value, message: judged.message, at: time };
}
