import { isInitializing } from '../../rules/phases.ts';
import { configsStop } from '../configs/config-state.ts';
import { copyConfigs } from '../configs/copy-configs.ts';
import { primaryContext } from '../configs/primary-context.ts';
import { stop } from '../context.ts';
import type { PassContext, Step, StepResult } from '../context.ts';
import { warnOnce } from '../draft.ts';

/** Builds the primary from the target, which nobody has looked at: the first revision is taken as it is. */
export const createPrimary: Step = {
  name: 'create-primary',
  run(context) {
    const { world, draft } = context;
    if (!isInitializing(draft.status.phase)) return 'continue';
    if (world.target === undefined) {
      const message = `${describeTarget(context)} does not exist; create it, or change spec.targetRef`;
      warnOnce(context, 'TargetMissing', message);
      return stop('workload', message, { name: world.names.target });
    }
    if (world.primary !== undefined) return 'continue';
    return configsStop(context) ?? buildPrimary(context);
  },
};

/** Creates the primary from the target as it is now, after the copies that its pods read. */
export async function buildPrimary(context: PassContext): Promise<StepResult> {
  const { world, deps } = context;
  if (world.target === undefined || world.revision === undefined) return 'continue';
  const held = await copyConfigs(context);
  if (held !== undefined) return held;
  const primary = world.workload.buildPrimary(world.target, primaryContext(context, world.revision));
  deps.cache.remember(
    world.workload.resource,
    await deps.client.create(world.workload.resource, primary, context.signal),
  );
  return stop('workload', `${world.names.primary} was created and is starting`, {
    name: world.names.primary,
  });
}

export const describeTarget = ({ world }: PassContext): string =>
  `${world.workload.kind} ${world.namespace}/${world.names.target}`;
