import { endpointSlices, services } from '@sluice/kube/objects/resources.ts';
import type { KubeCache } from '@sluice/kube/ports/kube-cache.ts';
import type { Readiness } from '../../ports/workload.ts';
import type { ReadySides } from '../../rules/traffic/guard-routes.ts';
import type { CanaryNames } from '../../rules/objects/names.ts';
import { countReadyEndpoints, leadsOutside } from '../../rules/traffic/ready-endpoints.ts';
import type { Seen } from '../seen.ts';

/** Which sides serve, read from the caches at this very moment: the guards ask again right before they act. */
export function readReadySides(
  { cache }: { readonly cache: KubeCache },
  namespace: string,
  names: CanaryNames,
): ReadySides {
  const serves = (service: string): boolean =>
    countReadyEndpoints(cache.list(endpointSlices, namespace, { 'kubernetes.io/service-name': service })) >
      0 ||
    // guard: what-is-outside-counts-as-serving
    leadsOutside(cache.get(services, { namespace, name: service }));
  return { primary: serves(names.primaryService), canary: serves(names.canaryService) };
}

/** Of the primary, by its workload and by its endpoints. */
export function primaryReadiness({ canary, workload, primary, ready, names }: Seen): Readiness {
  if (primary === undefined)
    return { ready: false, stuck: false, message: `${names.primary} does not exist` };
  const percent = canary.spec.analysis.primaryReadyThreshold ?? 100;
  return withEndpoints(workload.readiness(primary, percent), ready.primary, names.primaryService);
}

/** Of the target, by its workload and by its endpoints. */
export function canaryReadiness({ canary, workload, target, ready, names }: Seen): Readiness {
  if (target === undefined) return { ready: false, stuck: false, message: `${names.target} does not exist` };
  const percent = canary.spec.analysis.canaryReadyThreshold ?? 100;
  return withEndpoints(workload.readiness(target, percent), ready.canary, names.canaryService);
}

export const isPrimaryReady = (seen: Seen): boolean => primaryReadiness(seen).ready;

function withEndpoints(readiness: Readiness, serves: boolean, service: string): Readiness {
  if (!readiness.ready || serves) return readiness;
  return {
    ...readiness,
    // guard: readiness-needs-endpoints
    ready: false,
    message: `service ${service} has no ready endpoints yet`,
  };
}
