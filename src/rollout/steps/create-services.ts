import type { AnyKubeObject, ResourceType } from '../../api/kube-object.ts';
import { KubeError } from '../../lib/kube-error.ts';
import type { ReadObject, RouteObject } from '../../ports/router.ts';
import { isInitializing } from '../../rules/phases.ts';
import { renderServices } from '../../rules/render-services.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { isPrimaryReady } from '../readiness.ts';
import { writeObject } from '../writing/write-object.ts';

/** Keeps the two side services, and the apex service once the primary can take what the apex sends. */
export const createServices: Step = {
  name: 'create-services',
  async run(context): Promise<StepResult> {
    const { world, draft } = context;
    if (world.target === undefined) return 'continue';
    const apexMayMove = !isInitializing(draft.status.phase) || isPrimaryReady(context);
    for (const { resource, object } of servicesOf(context, world.target)) {
      // guard: apex-moves-with-a-ready-primary
      if (object.metadata.name === world.names.apex && !apexMayMove) continue;
      await writeOrPostpone(context, resource, object);
    }
    return 'continue';
  },
};

function servicesOf({ world, deps }: PassContext, target: AnyKubeObject): readonly RouteObject[] {
  const { workload, canary } = world;
  const { selectorLabels, includeLabelPrefixes } = deps.options;
  const read: ReadObject = (resource, ref) => deps.cache.get(resource, ref);
  const selector = workload.selector(target, selectorLabels);
  return selector === undefined
    ? workload.ownServices(target, { canary, includeLabelPrefixes }, read)
    : renderServices(canary, selector, workload.discoverPorts(target, canary), read);
}

/** A Service that stands serves on as it is: that it cannot be brought up to date must not keep the routes unguarded. */
async function writeOrPostpone(
  context: PassContext,
  resource: ResourceType,
  object: AnyKubeObject,
): Promise<void> {
  try {
    await writeObject(context, resource, object);
  } catch (error) {
    const { namespace = '', name } = object.metadata;
    const stands = context.deps.cache.get(resource, { namespace, name }) !== undefined;
    if (/* guard: a-service-that-stands-bars-no-guard */ !stands) throw error;
    if (!(error instanceof KubeError)) throw error;
    context.retryLater(error);
  }
}
