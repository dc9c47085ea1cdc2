import { evaluate } from './promql/evaluate.ts';
import { parseQuery } from './promql/parse-query.ts';
import { QueryError } from './promql/query-error.ts';
import type { Value } from './promql/value.ts';
import type { SampleStore } from './sample-store.ts';

export interface QueryAnswer {
  readonly status: number;
  /** Prometheus' JSON form. */
  readonly body: unknown;
}

/** Answers `/api/v1/query`; `parameters` are those of the URL and of a form together. */
export function answerQuery(parameters: URLSearchParams, samples: SampleStore, now: number): QueryAnswer {
  try {
    const query = parameters.get('query') ?? '';
    const time = readTime(parameters.get('time'), now);
    return {
      status: 200,
      body: { status: 'success', data: toJson(evaluate(parseQuery(query), samples, time), time) },
    };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { errorType, message } = error;
    return {
      status: errorType === 'bad_data' ? 400 : 422,
      body: { status: 'error', errorType, error: message },
    };
  }
}

/** Unix seconds or RFC 3339; absent: now. In milliseconds. */
function readTime(text: string | null, now: number): number {
  if (text === null || text === '') return now;
  const time = Number.isNaN(Number(text)) ? Date.parse(text) : Number(text) * 1_000;
  if (Number.isNaN(time))
    throw new QueryError('bad_data', `time ${text} is neither Unix seconds nor RFC 3339`);
  return time;
}

function toJson(value: Value, time: number): unknown {
  const at = time / 1_000;
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: [at, format(value.value)] };
    case 'vector': {
      const result = value.samples.map((sample) => ({
        metric: sample.labels,
        value: [at, format(sample.value)],
      }));
      return { resultType: 'vector', result };
    }
    case 'matrix': {
      const result = value.series.map((series) => ({
        metric: series.labels,
        values: series.points.map((point) => [point.time / 1_000, format(point.value)]),
      }));
      return { resultType: 'matrix', result };
    }
  }
}

function format(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
