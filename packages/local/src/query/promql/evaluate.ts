import type { SampleStore } from '../sample-store.ts';
import { aggregate } from './aggregate.ts';
import { combine } from './combine.ts';
import type { Expression } from './expression.ts';
import { callFunction } from './functions.ts';
import { QueryError } from './query-error.ts';
import type { Value } from './value.ts';

/** Age up to which a sample counts as current. */
const lookbackMs = 5 * 60_000;

/** The value of `expression` at `time` (milliseconds). Throws `QueryError`. */
export function evaluate(expression: Expression, samples: SampleStore, time: number): Value {
  const inner = (of: Expression): Value => evaluate(of, samples, time);
  switch (expression.type) {
    case 'number':
      return { type: 'scalar', value: expression.value };
    case 'selector':
      return select(expression, samples, time - expression.offsetMs);
    case 'call':
      return callFunction(expression.name, expression.args.map(inner), time);
    case 'aggregate': {
      const of = inner(expression.of);
      if (of.type === 'vector') return aggregate(expression.operation, expression.grouping, of.samples);
      throw new QueryError(
        'bad_data',
        `${expression.operation} needs an instant vector, and got a ${of.type}`,
      );
    }
    case 'binary':
      return combine(expression, inner(expression.left), inner(expression.right));
  }
}

function select(
  selector: Expression & { readonly type: 'selector' },
  samples: SampleStore,
  end: number,
): Value {
  const found = samples.select((labels) =>
    selector.matchers.every((matcher) => matcher.test(labels[matcher.name] ?? '')),
  );
  if (selector.rangeMs === undefined) {
    const present = found.flatMap(({ labels, points, staleSince }) => {
      const last = points.findLast((point) => point.time <= end);
      const isGone = staleSince !== undefined && staleSince <= end;
      return last === undefined || isGone || last.time <= end - lookbackMs
        ? []
        : [{ labels, value: last.value }];
    });
    return { type: 'vector', samples: present };
  }
  // Open at its start, closed at its end, as in Prometheus 3.
  const start = end - selector.rangeMs;
  const series = found
    .map(({ labels, points }) => ({
      labels,
      points: points.filter((point) => point.time > start && point.time <= end),
    }))
    .filter(({ points }) => points.length > 0);
  return { type: 'matrix', series, start, end };
}
