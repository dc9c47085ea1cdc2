import { endpointSlices, services } from '../api/resources.ts';
import type { Readiness } from '../ports/workload.ts';
import type { ReadySides } from '../rules/guard-routes.ts';
import { countReadyEndpoints, leadsOutside } from '../rules/ready-endpoints.ts';
import type { CanaryNames } from '../rules/names.ts';
import type { PassContext } from './context.ts';
import type { RolloutDeps } from './deps.ts';

/** Which sides serve, read from the caches at this very moment: the guards ask again right before they act. */
export function readReadySides(deps: RolloutDeps, namespace: string, names: CanaryNames): ReadySides {
  const serves = (service: string): boolean =>
    countReadyEndpoints(
      deps.cache.list(endpointSlices, namespace, { 'kubernetes.io/service-name': service }),
    ) > 0 ||
    // guard: what-is-outside-counts-as-serving
    leadsOutside(deps.cache.get(services, { namespace, name: service }));
  return { primary: serves(names.primaryService), canary: serves(names.canaryService) };
}

/** Of the primary, by its workload and by its endpoints. */
export function primaryReadiness(context: PassContext): Readiness {
  const { world } = context;
  if (world.primary === undefined)
    return { ready: false, stuck: false, message: `${world.names.primary} does not exist` };
  const percent = world.canary.spec.analysis.primaryReadyThreshold ?? 100;
  return withEndpoints(
    world.workload.readiness(world.primary, percent),
    world.ready.primary,
    world.names.primaryService,
  );
}

/** Of the target, by its workload and by its endpoints. */
export function canaryReadiness(context: PassContext): Readiness {
  const { world } = context;
  if (world.target === undefined)
    return { ready: false, stuck: false, message: `${world.names.target} does not exist` };
  const percent = world.canary.spec.analysis.canaryReadyThreshold ?? 100;
  return withEndpoints(
    world.workload.readiness(world.target, percent),
    world.ready.canary,
    world.names.canaryService,
  );
}

export const isPrimaryReady = (context: PassContext): boolean => primaryReadiness(context).ready;

function withEndpoints(readiness: Readiness, serves: boolean, service: string): Readiness {
  if (!readiness.ready || serves) return readiness;
  return {
    ...readiness,
    // guard: readiness-needs-endpoints
    ready: false,
    message: `service ${service} has no ready endpoints yet`,
  };
}
