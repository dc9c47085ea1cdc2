import type { CanaryMetric } from '../../api/canary.ts';

/** How a value is compared: a built-in check has its own direction and unit, any other query is a plain number. */
export type MetricCheck = 'request-success-rate' | 'request-duration' | 'query';

export interface MetricJudgement {
  readonly verdict: 'passed' | 'denied' | 'no-data';
  /** The value as it was compared: percent, whole milliseconds, or the plain number. */
  readonly value?: number;
  readonly message: string;
}

export const builtinChecks = ['request-success-rate', 'request-duration'] as const;

/** The built-in check of this name, if it is one. */
export function builtinCheckOf(name: string): (typeof builtinChecks)[number] | undefined {
  return builtinChecks.find((check) => check === name);
}

/**
 * Judges a value as Flagger does: within `thresholdRange` (bounds inclusive) when it is set, otherwise by
 * `threshold` (0 when unset), the minimum of a success rate and the maximum of any other value. `value` is percent
 * for request-success-rate, milliseconds for request-duration; undefined and NaN are no data, never zero.
 */
export function judgeMetric(
  metric: Pick<CanaryMetric, 'name' | 'threshold' | 'thresholdRange'>,
  check: MetricCheck,
  value: number | undefined,
): MetricJudgement {
  if (value === undefined || Number.isNaN(value)) {
    return {
      verdict: 'no-data',
      message: `${metric.name}: the query found no values; was there any traffic?`,
    };
  }
  const compared = inUnit(check, value);
  const bounds = boundsOf(metric, check);
  const { min, max } = bounds;
  if (min !== undefined && compared < min) {
    const message = `${metric.name} ${compare(compared, '<', min, check)}`;
    return { verdict: 'denied', value: compared, message };
  }
  if (max !== undefined && compared > max) {
    const message = `${metric.name} ${compare(compared, '>', max, check)}`;
    return { verdict: 'denied', value: compared, message };
  }
  const message = `${metric.name} ${format(compared, check)} ${describe(bounds, check)}`;
  return { verdict: 'passed', value: compared, message };
}

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** The range of a metric, in the unit of its value. */
export function boundsOf(
  metric: Pick<CanaryMetric, 'threshold' | 'thresholdRange'>,
  check: MetricCheck,
): Bounds {
  const range = metric.thresholdRange;
  if (range !== undefined) {
    return {
      ...(range.min === undefined ? {} : { min: inUnit(check, range.min) }),
      ...(range.max === undefined ? {} : { max: inUnit(check, range.max) }),
    };
  }
  const threshold = metric.threshold ?? 0;
  return check === 'request-success-rate' ? { min: threshold } : { max: threshold };
}

/** Durations are compared as whole milliseconds: 500.9 ms is within 500. */
function inUnit(check: MetricCheck, value: number): number {
  return check === 'request-duration' ? Math.trunc(value) : value;
}

const units: Readonly<Record<MetricCheck, string>> = {
  'request-success-rate': '%',
  'request-duration': 'ms',
  query: '',
};

function format(value: number, check: MetricCheck): string {
  return Number(value.toFixed(2)) + units[check];
}

/** Two decimals, or all of them when two would hide the difference: never "99% < 99%". */
function compare(value: number, sign: '<' | '>', bound: number, check: MetricCheck): string {
  const [left, right] = [format(value, check), format(bound, check)];
  if (left !== right) return `${left} ${sign} ${right}`;
  return `${value}${units[check]} ${sign} ${bound}${units[check]}`;
}

function describe(bounds: Bounds, check: MetricCheck): string {
  const parts = [
    bounds.min === undefined ? '' : `>= ${format(bounds.min, check)}`,
    bounds.max === undefined ? '' : `<= ${format(bounds.max, check)}`,
  ];
  return parts.filter((part) => part !== '').join(' and ') || '(no bounds)';
}
