import { isInitializing } from '../../rules/phases.ts';
import { stop } from '../context.ts';
import type { Step } from '../context.ts';
import { warnOnce } from '../draft.ts';
import { primaryContext } from '../primary-context.ts';

/**
 * Builds the primary from the target: at first, and again when somebody deleted it, but never from a
 * revision that was not promoted.
 */
export const createPrimary: Step = {
  name: 'create-primary',
  async run(context) {
    const { world, draft, deps } = context;
    const { kind } = world.workload;
    if (world.target === undefined || world.revision === undefined) {
      if (world.primary !== undefined && !isInitializing(draft.status.phase)) return 'continue';
      const message = `${kind} ${world.namespace}/${world.names.target} does not exist; create it, or change spec.targetRef`;
      warnOnce(context, 'TargetMissing', message);
      return stop('workload', message, { name: world.names.target });
    }
    if (world.primary !== undefined) return 'continue';
    const trusted = isInitializing(draft.status.phase) || world.revision === draft.status.lastPromotedSpec;
    if (!trusted) {
      const message = `${kind} ${world.namespace}/${world.names.primary} is gone and ${world.names.target} is not the revision that was promoted; put ${world.names.target} back to it`;
      warnOnce(context, 'PrimaryMissing', message);
      return stop('person', message);
    }
    const primary = world.workload.buildPrimary(world.target, primaryContext(context, world.revision));
    deps.cache.remember(
      world.workload.resource,
      await deps.client.create(world.workload.resource, primary, context.signal),
    );
    return stop('workload', `${world.names.primary} was created and is starting`, {
      name: world.names.primary,
    });
  },
};
