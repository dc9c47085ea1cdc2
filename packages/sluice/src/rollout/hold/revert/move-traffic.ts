import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { endpointSlices, services } from '@sluice/kube/objects/resources.ts';
import { objectKey } from '../../look/own-objects.ts';
import type { Seen } from '../../seen.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import { revertDeadline } from '../../../rules/run/finalizer.ts';
import { readyAddresses } from '../../../rules/traffic/ready-endpoints.ts';
import { releasedService } from '../../../rules/objects/release-objects.ts';
import { patchObject } from '../../carry-out/write-object.ts';
import type { DutyFact } from '../../held.ts';
import { waitFor } from '../../wait.ts';
import { matches } from '../holding.ts';
import { readerOf } from '../../look/reader.ts';
import type { Holding } from '../holding.ts';
import { targetToRevert } from '../../look/target-to-revert.ts';

/**
 * Points the apex service at the target and leaves it behind for its callers. The primary is deleted with the Canary once
 * it gets no more requests.
 */
export async function leadApex(holding: Holding): Promise<DutyFact> {
  const { seen, deps } = holding;
  const target = targetToRevert(seen);
  const service = deps.cache.get(services, { namespace: seen.namespace, name: seen.names.apex });
  const sides = target && seen.workload.selectors(target, seen.primary, deps.options.selectorLabels);
  // A target that is a Service itself is the apex, and leads where it always led.
  if (service !== undefined && sides !== undefined && !isForeign(seen, services, service)) {
    const patch = patchTo(service, releasedService(seen.canary, service, sides));
    if (patch !== undefined) await patchObject(holding, services, service, patch);
  }
  return waitForApex(holding);
}

/** Endpoints follow a selector with a delay, so the old pods must serve until then. */
function waitForApex(holding: Holding): DutyFact {
  const { seen } = holding;
  const { apex, canaryService, target } = seen.names;
  const targets = addressesOf(holding, canaryService);
  const reached = addressesOf(holding, apex);
  const leads = reached.size > 0 && [...reached].every((address) => targets.has(address));
  // guard: deletion-waits-until-the-apex-leads-to-the-target
  if (targets.size > 0 && !leads) {
    const message = `waiting until service ${apex} leads to ${target} alone`;
    const until = revertDeadline(seen.canary);
    return { state: 'moving', ...waitFor('routes', 'TrafficMoving', message, { until }) };
  }
  return matches;
}

const addressesOf = ({ deps, seen }: Holding, service: string): ReadonlySet<unknown> =>
  readyAddresses(deps.cache.list(endpointSlices, seen.namespace, { 'kubernetes.io/service-name': service }));

/** Points the routes at the apex service and leaves them behind, too. */
export async function releaseRoutes(holding: Holding): Promise<DutyFact> {
  const { seen } = holding;
  const read = readerOf(holding.deps);
  for (const { resource, object, wanted } of seen.router.release(seen.canary, read)) {
    if (isForeign(seen, resource, object)) continue;
    const patch = patchTo(object, wanted);
    if (patch !== undefined) await patchObject(holding, resource, object, patch);
  }
  const gateway = seen.router.observe(seen.canary, read)?.gateway;
  const isPending = gateway?.state === 'pending' || gateway?.state === 'refuses';
  if (/* guard: deletion-waits-for-the-gateway */ !isPending) return matches;
  const message = `waiting until the traffic is at ${seen.names.target}: ${gateway.message}`;
  const until = revertDeadline(seen.canary);
  return { state: 'moving', ...waitFor('routes', 'TrafficMoving', message, { until }) };
}

const isForeign = ({ ownership }: Seen, resource: ResourceType, { metadata }: AnyKubeObject): boolean =>
  ownership.foreign.has(objectKey(resource, metadata));
