import type { MetricResult } from '../../api/canary-status.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { judgeMetric } from '../../rules/metrics/judge-metric.ts';
import { deliveryIdOf } from '../../rules/run/revision.ts';
import { roundScope } from '../../rules/run/step-key.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { Asking } from './asking.ts';
import { metricQuestions } from './metric-question.ts';
import type { MetricQuestion } from './metric-question.ts';

interface Measured {
  readonly value?: number;
  readonly failure?: string;
}

/** Asks all metrics of this round at once and judges them when the last answer is in. Never waits. */
export function askMetrics(asking: Asking): 'open' | readonly MetricResult[] {
  const results = metricQuestions(asking.seen, asking.deps).map((question, index) =>
    ask(asking, question, index),
  );
  return results.some((result) => result === 'open')
    ? // guard: all-metrics-are-in-before-the-verdict
      'open'
    : results.filter((result) => result !== 'open');
}

function ask(asking: Asking, question: MetricQuestion, index: number): 'open' | MetricResult {
  const { deps, seen, draft } = asking;
  const { run } = draft.status;
  const scope = run === undefined ? '' : roundScope(run);
  const key = `${run?.id ?? ''}|metric|${index}|${question.metric.name}|${scope}`;
  const asked = deps.questions.find(seen.key, key);
  if (asked === undefined) {
    deps.questions.start(seen.key, {
      key,
      id: deliveryIdOf([key]),
      ask: 0,
      work: (signal) => measure(question, signal),
    });
    return 'open';
  }
  if (asked.settled === undefined) return 'open';
  return judge(asking, question, asMeasured(asked.settled.value), asked.settled.at);
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

function judge(asking: Asking, question: MetricQuestion, measured: Measured, at: number): MetricResult {
  const { metric, check } = question;
  const time = toTime(at);
  if (measured.failure !== undefined)
    return { name: metric.name, verdict: 'failed', message: `${metric.name}: ${measured.failure}`, at: time };
  const judged = judgeMetric(metric, check, measured.value);
  if (judged.value !== undefined) {
    const { names, namespace } = asking.seen;
    const exported = check === 'request-duration' ? judged.value / 1000 : judged.value;
    asking.deps.telemetry.metricAnalysis(names.target, namespace, metric.name, exported);
  }
  const value = judged.value === undefined || !Number.isFinite(judged.value) ? {} : { value: judged.value };
  return { name: metric.name, verdict: judged.verdict, ...value, message: judged.message, at: time };
}
