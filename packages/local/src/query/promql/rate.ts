import type { Point } from '../sample-store.ts';

/**
 * Growth of a counter (or, with `isCounter` false, a gauge) between `start` and `end`, as Prometheus estimates it: adds
 * up resets and extrapolates to the window's edges, unless they are too far off. Undefined with fewer than two samples.
 * Source: `extrapolatedRate` of prometheus/prometheus promql/functions.go.
 */
export function growth(
  points: readonly Point[],
  start: number,
  end: number,
  isCounter: boolean,
): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const grown = last.value - first.value + (isCounter ? lostByResets(points) : 0);
  const sampled = last.time - first.time;
  const between = sampled / (points.length - 1);
  const edge = (gap: number): number => (gap >= between * 1.1 ? between / 2 : gap);
  const toStart = edge(first.time - start);
  // A counter is never below zero, so it began, at the earliest, where its line meets zero.
  const toZero = isCounter && grown > 0 && first.value >= 0 ? sampled * (first.value / grown) : Infinity;
  return grown * ((sampled + Math.min(toStart, toZero) + edge(end - last.time)) / sampled);
}

function lostByResets(points: readonly Point[]): number {
  let previous = points[0]?.value ?? 0;
  let lost = 0;
  for (const point of points) {
    if (point.value < previous) lost += previous;
    previous = point.value;
  }
  return lost;
}

/** Growth per second between the last two samples. */
export function instantRate(points: readonly Point[]): number | undefined {
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) return undefined;
  const grown = last.value < before.value ? last.value : last.value - before.value;
  return grown / ((last.time - before.time) / 1_000);
}
