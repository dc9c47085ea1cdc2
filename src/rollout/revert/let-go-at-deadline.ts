import type { AnyKubeObject, ResourceType } from '../../api/kube-object.ts';
import { services } from '../../api/resources.ts';
import { asRecord } from '../../lib/json-read.ts';
import { describeError } from '../../lib/sluice-error.ts';
import { patchTo } from '../../lib/merge.ts';
import { primaryConfigName } from '../../rules/config-copy.ts';
import { revertDeadline } from '../../rules/finalizer.ts';
import { isMadeFor } from '../../rules/ownership.ts';
import { releasedMetadata } from '../../rules/release-objects.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { warnOnce } from '../draft.ts';
import { configResource } from '../gather-configs.ts';
import { targetToRevert } from './target-to-revert.ts';

/**
 * A deletion never hangs. A target that does not take over in time leaves its work to the primary: that one and what
 * leads to it lose their owner, so that they are not collected and go on serving.
 */
export const letGoAtDeadline: Step = {
  name: 'let-go-at-deadline',
  async run(context): Promise<StepResult> {
    const { world, draft } = context;
    const deadline = revertDeadline(world.canary);
    if (targetToRevert(context) === undefined) return 'continue';
    if (world.now < deadline) {
      context.wakeAt(deadline);
      return 'continue';
    }
    for (const [resource, object] of servingObjects(context)) await disown(context, resource, object);
    const why = draft.status.waiting?.message ?? 'it is not ready';
    warnOnce(
      context,
      'LeftBehind',
      `${world.names.primary}, its services and routes go on serving without an owner: ${why}`,
    );
    return 'decided';
  },
};

/** The primary, what it reads and is scaled by, and what leads to it. */
function servingObjects({ world, deps }: PassContext): readonly (readonly [ResourceType, AnyKubeObject])[] {
  const { names, namespace, workload, router, scaling, configs } = world;
  const wanted: readonly (readonly [ResourceType, string])[] = [
    [workload.resource, names.primary],
    ...[names.apex, names.primaryService, names.canaryService].map((name) => [services, name] as const),
    ...router.resources.map((resource) => [resource, names.apex] as const),
    ...(scaling?.primary === undefined
      ? []
      : [[scaling.scaler.resource, scaling.primary.metadata.name] as const]),
  ];
  const copies =
    configs.state === 'known'
      ? configs.tracked.map(({ kind, name }) => [configResource(kind), primaryConfigName(name)] as const)
      : [];
  return [...wanted, ...copies].flatMap(([resource, name]) => {
    const object = deps.cache.get(resource, { namespace, name });
    return object === undefined || !isMadeFor(world.canary, object) ? [] : [[resource, object] as const];
  });
}

/** Best effort: what cannot be kept must not keep the Canary. */
async function disown(context: PassContext, resource: ResourceType, object: AnyKubeObject): Promise<void> {
  const { deps, signal, world } = context;
  const patch = patchTo(object, { metadata: releasedMetadata(world.canary, object) });
  if (patch === undefined) return;
  try {
    const { name, namespace = '', resourceVersion } = object.metadata;
    const body = { metadata: { ...asRecord(patch['metadata']), resourceVersion } };
    // Not remembered: a Secret's content has no place in the cache.
    await deps.client.mergePatch(resource, { namespace, name }, body, {}, signal);
  } catch (error) {
    signal.throwIfAborted();
    deps.log.warn('object not released', {
      canary: world.key,
      object: `${resource.kind} ${object.metadata.name}`,
      error: describeError(error),
    });
  }
}
