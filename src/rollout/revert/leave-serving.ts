import type { AnyKubeObject, ResourceType } from '../../api/kube-object.ts';
import { services } from '../../api/resources.ts';
import { asRecord } from '../../lib/json-read.ts';
import { isNotFound } from '../../lib/kube-error.ts';
import { patchTo } from '../../lib/merge.ts';
import { describeError } from '../../lib/sluice-error.ts';
import { revertDeadline } from '../../rules/finalizer.ts';
import { isMadeFor } from '../../rules/ownership.ts';
import { releasedMetadata } from '../../rules/release-objects.ts';
import { configResource } from '../configs/gather-configs.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { targetToRevert } from './target-to-revert.ts';

/** How long after the deadline an API server that refuses is asked again: what is not disowned goes with the Canary. */
export const patienceMs = 60_000;

/**
 * A target that does not take over in time leaves its work to the primary: that one and what leads to it lose their
 * owner, so that they are not collected and go on serving.
 */
export const leaveServing: Step = {
  name: 'leave-serving',
  async run(context): Promise<StepResult> {
    const { world } = context;
    const deadline = revertDeadline(world.canary);
    if (targetToRevert(context) === undefined || world.now < deadline) return 'continue';
    const refusals = [
      // guard: what-serves-is-left-behind-at-the-deadline
      ...(await disownAll(context, () => servingObjects(context))),
      ...(await disownAll(context, () => copies(context))),
    ];
    if (refusals.length === 0) return 'continue';
    if (world.now < deadline + patienceMs) throw refusals[0];
    const error = describeError(refusals[0]);
    context.deps.log.warn('not all that serves could be left behind', { canary: world.key, error });
    return 'continue';
  },
};

/** What cannot be kept must not keep the others from being kept; the answer is what went wrong. */
async function disownAll(
  context: PassContext,
  find: () => Found | Promise<Found>,
): Promise<readonly unknown[]> {
  const refusals: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      context.signal.throwIfAborted();
      refusals.push(error);
    }
  };
  await attempt(async () => {
    for (const [resource, object] of await find()) await attempt(() => disown(context, resource, object));
  });
  return refusals;
}

type Found = readonly (readonly [ResourceType, AnyKubeObject])[];

/** The primary, what it is scaled by, and what leads to it. */
function servingObjects({ world, deps }: PassContext): Found {
  const { names, namespace, workload, router, scaling } = world;
  const wanted: readonly (readonly [ResourceType, string])[] = [
    // Of a target that is a Service, the primary is one of the services.
    ...(workload.resource === services ? [] : [[workload.resource, names.primary] as const]),
    ...[names.apex, names.primaryService, names.canaryService].map((name) => [services, name] as const),
    ...router.resources.map((resource) => [resource, names.apex] as const),
    ...(scaling?.primary === undefined
      ? []
      : [[scaling.scaler.resource, scaling.primary.metadata.name] as const]),
  ];
  return wanted.flatMap(([resource, name]) => {
    const object = deps.cache.get(resource, { namespace, name });
    return object === undefined || !isMadeFor(world.canary, object) ? [] : [[resource, object] as const];
  });
}

/** What the primary's pods read, by its own word and from the server: a process that has just begun knows no content yet. */
async function copies({ world, deps, signal }: PassContext): Promise<Found> {
  const { workload, primary, namespace, canary } = world;
  const found: (readonly [ResourceType, AnyKubeObject])[] = [];
  for (const { kind, name } of primary === undefined ? [] : workload.configReferences(primary)) {
    const resource = configResource(kind);
    try {
      const object = await deps.client.get(resource, { namespace, name }, signal);
      if (isMadeFor(canary, object)) found.push([resource, object]);
    } catch (error) {
      if (!isNotFound(error) || deps.cache.get(resource, { namespace, name }) !== undefined) throw error;
    }
  }
  return found;
}

async function disown(context: PassContext, resource: ResourceType, object: AnyKubeObject): Promise<void> {
  const { deps, signal, world } = context;
  const patch = patchTo(object, { metadata: releasedMetadata(world.canary, object) });
  if (patch === undefined) return;
  const { name, namespace = '', resourceVersion } = object.metadata;
  const body = { metadata: { ...asRecord(patch['metadata']), resourceVersion } };
  // Not remembered: a Secret's content has no place in the cache.
  await deps.client.mergePatch(resource, { namespace, name }, body, {}, signal);
}
