import type { AnyKubeObject, ObjectRef, ResourceType } from '../../api/kube-object.ts';
import { endpointSlices, services } from '../../api/resources.ts';
import { patchTo } from '../../lib/merge.ts';
import { revertDeadline } from '../../rules/finalizer.ts';
import { readyAddresses } from '../../rules/ready-endpoints.ts';
import { releasedService } from '../../rules/release-objects.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult, Stop } from '../context.ts';
import { patchObject } from '../writing/write-object.ts';
import { targetToRevert } from './target-to-revert.ts';

/**
 * The apex service leads to the target, then the routes to the apex service; both are left behind for those who call
 * them. All else, the primary with it, goes with the Canary: not before no request is sent there.
 */
export const moveTraffic: Step = {
  name: 'move-traffic',
  async run(context): Promise<StepResult> {
    const target = targetToRevert(context);
    if (target === undefined) return 'continue';
    await releaseApex(context, target);
    return waitForApex(context) ?? (await releaseRoutes(context)) ?? 'continue';
  },
};

async function releaseApex(context: PassContext, target: AnyKubeObject): Promise<void> {
  const { world, deps } = context;
  const service = deps.cache.get(services, { namespace: world.namespace, name: world.names.apex });
  const label = world.workload.selector(target, deps.options.selectorLabels);
  // A target that is a Service itself is the apex, and leads where it always led.
  if (service === undefined || label === undefined) return;
  const patch = patchTo(service, releasedService(world.canary, service, label));
  if (patch !== undefined) await patchObject(context, services, service, patch);
}

/** A selector is followed a moment later, and who is asked meanwhile must still be there. */
function waitForApex(context: PassContext): Stop | undefined {
  const { world } = context;
  const { apex, canaryService, target } = world.names;
  const targets = addressesOf(context, canaryService);
  const reached = addressesOf(context, apex);
  const leads = reached.size > 0 && [...reached].every((address) => targets.has(address));
  if (targets.size === 0 || leads) return undefined;
  context.wakeAt(revertDeadline(world.canary));
  // guard: deletion-waits-until-the-apex-leads-to-the-target
  return stop('routes', `waiting until service ${apex} leads to ${target} alone`);
}

const addressesOf = ({ deps, world }: PassContext, service: string): ReadonlySet<unknown> =>
  readyAddresses(deps.cache.list(endpointSlices, world.namespace, { 'kubernetes.io/service-name': service }));

async function releaseRoutes(context: PassContext): Promise<Stop | undefined> {
  const { world, deps } = context;
  const read = (resource: ResourceType, ref: ObjectRef): AnyKubeObject | undefined =>
    deps.cache.get(resource, ref);
  for (const { resource, object, wanted } of world.router.release?.(world.canary, read) ?? []) {
    const patch = patchTo(object, wanted);
    if (patch !== undefined) await patchObject(context, resource, object, patch);
  }
  const problem = world.router.observe(world.canary, read)?.notAccepted;
  if (problem === undefined) return undefined;
  context.wakeAt(revertDeadline(world.canary));
  // guard: deletion-waits-for-the-gateway
  return stop('routes', `waiting until the traffic is at ${world.names.target}: ${problem}`);
}
