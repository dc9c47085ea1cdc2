import { isInitializing } from '../../rules/phases.ts';
import { targetSize, wakeReplicas } from '../../rules/target-size.ts';
import { stop } from '../context.ts';
import type { PassContext, Step } from '../context.ts';
import { warnOnce } from '../draft.ts';
import { isPrimaryReady, readReadySides } from '../readiness.ts';
import { patchObject } from '../write-object.ts';

/** Makes the target as large as the phase wants it. Going to zero stands behind the guard of the last healthy copy. */
export const sizeTarget: Step = {
  name: 'size-target',
  async run(context) {
    const { world, draft } = context;
    if (world.target === undefined) return 'continue';
    const own = world.workload.replicas(world.target);
    const wanted =
      isInitializing(draft.status.phase) && isPrimaryReady(context) ? 'none' : targetSize(draft.status);
    if (wanted === 'some' && own === 0) {
      const primary = world.primary === undefined ? 0 : world.workload.replicas(world.primary);
      await patchObject(
        context,
        world.workload.resource,
        world.target,
        world.workload.scalePatch(world.target, wakeReplicas(own, primary)),
      );
      return stop('workload', `${world.names.target} is being scaled up`, { name: world.names.target });
    }
    if (wanted !== 'none' || own === 0) return 'continue';
    const refusal = refuseScaleDown(context);
    if (refusal !== undefined) {
      warnOnce(context, 'ScaleDownHeld', refusal);
      return stop('workload', refusal, { name: world.names.primary });
    }
    await patchObject(
      context,
      world.workload.resource,
      world.target,
      world.workload.scalePatch(world.target, 0),
    );
    return 'continue';
  },
};

/** Why the target must not be stopped now; undefined when the primary serves and no traffic is left at the canary. */
function refuseScaleDown(context: PassContext): string | undefined {
  const { world, deps, memory } = context;
  if (!readReadySides(deps, world.namespace, world.names).primary) {
    return `${world.names.target} keeps running: ${world.names.primary} has no ready endpoints`;
  }
  if (memory.hold === undefined)
    return `${world.names.target} keeps running: its traffic has not moved to the primary yet`;
  return undefined;
}
