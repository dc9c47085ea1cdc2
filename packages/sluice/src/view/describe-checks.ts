import type { Canary } from '../api/canary.ts';
import { boundsOf, builtinCheckOf } from '../rules/metrics/judge-metric.ts';
import { failureThreshold } from '../rules/run/timing.ts';
import type { ChecksView } from './rollout-view.ts';

/** The last result of each metric of the run, with the range that the spec asks for. */
export function describeChecks(canary: Canary): ChecksView {
  const { status, spec } = canary;
  const metrics = (status?.run?.metrics ?? []).map(({ name, verdict, value, message, at }) => {
    const metric = (spec.analysis.metrics ?? []).find((one) => one.name === name);
    const { min, max } = metric === undefined ? {} : boundsOf(metric, builtinCheckOf(name) ?? 'query');
    return { name, verdict, value: value ?? null, message, at, min: min ?? null, max: max ?? null };
  });
  return { failed: status?.failedChecks ?? 0, threshold: failureThreshold(canary), metrics };
}
