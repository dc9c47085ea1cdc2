import type { CanaryStatus } from '../../api/canary-status.ts';
import { sameJson } from '@sluice/lib/json/merge.ts';
import { isResting } from '../../rules/run/phases.ts';
import { fullRevision } from '../../rules/configs/tracked-configs.ts';
import type { Seen } from '../seen.ts';
import { waitFor } from '../wait.ts';
import type { Waits } from '../wait.ts';

/** Why nobody can say which revision the target is: a ConfigMap or Secret is missing, or could not be read. */
export function unknownConfigs({ configs }: Seen): Waits | undefined {
  if (configs.state === 'known') return undefined;
  if (configs.state === 'missing')
    return waitFor('workload', 'ConfigMissing', configs.message, { name: configs.name });
  const until = configs.retryAt === undefined ? {} : { until: configs.retryAt };
  return waitFor('api', 'ConfigUnread', configs.message, until);
}

/**
 * Pods of the target may run, and what they read when they started is not what is read now, or nobody knows what it was:
 * they must not be judged. Pods that have traffic cannot be stopped for it, but a new template replaces them.
 */
export function hasStalePods(seen: Seen, status: CanaryStatus): boolean {
  if (seen.configs.state !== 'known' || isTargetDown(seen)) return false;
  const { checksums } = seen.configs;
  // The route guard gives them all traffic while the primary does not serve.
  const hasTraffic = status.canaryWeight > 0 || !seen.ready.primary;
  // guard: what-pods-read-outside-a-run-is-not-known
  if (isResting(status.phase) && !hasTraffic) return Object.keys(checksums).length > 0;
  if (
    // guard: pods-stay-stale-until-they-are-gone
    status.run?.stalePods !== true &&
    sameJson(status.trackedConfigs ?? {}, checksums)
  )
    return false;
  return !hasTraffic || !hasNewTemplate(seen, status);
}

function hasNewTemplate({ templateRevision = '' }: Seen, { run, trackedConfigs }: CanaryStatus): boolean {
  return fullRevision(templateRevision, trackedConfigs ?? {}) !== run?.revision;
}

/** A run whose pods read an older configuration when they started: they are stopped before anything is judged. */
export const mustRestart = ({ run, phase }: CanaryStatus): boolean =>
  run?.stalePods === true && phase === 'Progressing';

/** Nothing of the target runs, and nothing is about to: one scaled up while its pods are still being stopped may keep them. */
export function isTargetDown({ target, workload, ready }: Seen): boolean {
  if (target === undefined) return true;
  if (workload.replicas(target) > 0 || !workload.readiness(target, 100).ready) return false;
  return !ready.canary;
}
