import { isInitializing } from '../../rules/phases.ts';
import type { Step, StepResult } from '../context.ts';
import { announce } from '../draft.ts';
import { patchObject } from '../writing/write-object.ts';

/**
 * A primary that somebody, or its scaler, put to zero while the canary runs can take no traffic back: it is
 * woken. At rest a primary at zero is a wish.
 */
export const wakePrimary: Step = {
  name: 'wake-primary',
  async run(context): Promise<StepResult> {
    const { world, draft } = context;
    const { target, primary, workload, names } = world;
    if (isInitializing(draft.status.phase) || target === undefined || primary === undefined)
      return 'continue';
    const size = workload.replicas(target);
    if (workload.replicas(primary) > 0 || /* guard: primary-at-zero-at-rest-is-a-wish */ size === 0)
      return 'continue';
    // guard: primary-is-woken
    await patchObject(context, workload.resource, primary, workload.scalePatch(primary, size));
    const now =
      workload.sizing === 'replicas' ? `was at zero and is scaled to ${size}` : 'was stopped, and runs again';
    announce(context, 'Warning', 'PrimaryWoken', `${names.primary} ${now}`);
    return 'continue';
  },
};
