import { services } from '@sluice/kube/objects/resources.ts';
import type { Readiness } from '../../ports/workload.ts';
import type { RolloutDeps } from '../deps.ts';
import { canaryReadiness } from './readiness.ts';
import type { Seen } from '../seen.ts';
import { targetToRevert } from './target-to-revert.ts';

/** Whether the target can take over; undefined when there is none. */
export function targetReadiness(seen: Seen, deps: Pick<RolloutDeps, 'cache'>): Readiness | undefined {
  const target = targetToRevert(seen);
  if (target === undefined) return undefined;
  const { canary, namespace, names, workload } = seen;
  // Somebody who deletes all at once may have deleted the service already: then the pods alone count.
  const hasService = deps.cache.get(services, { namespace, name: names.canaryService }) !== undefined;
  return hasService
    ? canaryReadiness(seen)
    : workload.readiness(target, canary.spec.analysis.canaryReadyThreshold ?? 100);
}
