import { withoutLabels } from '../labels.ts';
import { reductions } from './aggregate.ts';
import { histogramQuantile } from './histogram-quantile.ts';
import { notSupported, QueryError } from './query-error.ts';
import { growth, instantRate } from './rate.ts';
import type { RangeSeries, Sample, Value } from './value.ts';

type Matrix = Value & { readonly type: 'matrix' };
type OfRange = (series: RangeSeries, matrix: Matrix) => number | undefined;

const seconds = (matrix: Matrix): number => (matrix.end - matrix.start) / 1_000;
const values = (series: RangeSeries): readonly number[] => series.points.map((point) => point.value);

const grown =
  (isCounter: boolean): OfRange =>
  ({ points }, { start, end }) =>
    growth(points, start, end, isCounter);

/** Functions of one range vector, series by series; undefined leaves the series out. */
const rangeFunctions: Readonly<Record<string, OfRange>> = {
  rate(series, matrix) {
    const total = growth(series.points, matrix.start, matrix.end, true);
    return total === undefined ? undefined : total / seconds(matrix);
  },
  increase: grown(true),
  delta: grown(false),
  irate: (series) => instantRate(series.points),
  last_over_time: (series) => series.points.at(-1)?.value,
  ...Object.fromEntries(
    Object.entries(reductions).map(([name, reduce]): [string, OfRange] => [
      `${name}_over_time`,
      (series) => reduce(values(series)),
    ]),
  ),
};

/** Functions of each value of an instant vector. */
const valueFunctions: Readonly<Record<string, (value: number, argument: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  round: (value, to) => Math.floor(value / (to || 1) + 0.5) * (to || 1),
  sqrt: Math.sqrt,
  clamp_min: (value, least) => Math.max(value, least),
  clamp_max: (value, most) => Math.min(value, most),
};

export function callFunction(name: string, args: readonly Value[], time: number): Value {
  const [first, second] = args;
  const ofRange = rangeFunctions[name];
  if (ofRange !== undefined) return mapRange(name, ofRange, first);
  const ofValue = valueFunctions[name];
  if (ofValue !== undefined) {
    const argument = second === undefined ? 0 : asScalar(name, second);
    return mapVector(name, first, (value) => ofValue(value, argument));
  }
  switch (name) {
    case 'histogram_quantile': {
      const samples = histogramQuantile(asScalar(name, first), asVector(name, second));
      return { type: 'vector', samples };
    }
    case 'vector':
      return { type: 'vector', samples: [{ labels: {}, value: asScalar(name, first) }] };
    case 'scalar': {
      const samples = asVector(name, first);
      return { type: 'scalar', value: samples.length === 1 ? (samples[0]?.value ?? 0) : Number.NaN };
    }
    case 'time':
      return { type: 'scalar', value: time / 1_000 };
    case 'absent': {
      const isAbsent = asVector(name, first).length === 0;
      return { type: 'vector', samples: isAbsent ? [{ labels: {}, value: 1 }] : [] };
    }
    default:
      throw notSupported(`function ${name}()`);
  }
}

function mapRange(name: string, ofRange: OfRange, value: Value | undefined): Value {
  if (value?.type !== 'matrix') throw wrongType(name, 'range vector, such as metric[1m]', value);
  const samples = value.series.flatMap((series) => {
    const result = ofRange(series, value);
    return result === undefined
      ? []
      : [{ labels: withoutLabels(series.labels, ['__name__']), value: result }];
  });
  return { type: 'vector', samples };
}

function mapVector(name: string, value: Value | undefined, map: (value: number) => number): Value {
  const samples = asVector(name, value).map((sample) => ({
    labels: withoutLabels(sample.labels, ['__name__']),
    value: map(sample.value),
  }));
  return { type: 'vector', samples };
}

function asScalar(name: string, value: Value | undefined): number {
  if (value?.type === 'scalar') return value.value;
  throw wrongType(name, 'number', value);
}

function asVector(name: string, value: Value | undefined): readonly Sample[] {
  if (value?.type === 'vector') return value.samples;
  throw wrongType(name, 'instant vector', value);
}

function wrongType(name: string, wanted: string, value: Value | undefined): QueryError {
  return new QueryError('bad_data', `${name}() needs a ${wanted}, and got ${value?.type ?? 'nothing'}`);
}
