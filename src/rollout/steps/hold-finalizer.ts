import { canaries } from '../../api/resources.ts';
import { KubeError } from '../../lib/kube-error.ts';
import { wantedFinalizers } from '../../rules/finalizer.ts';
import type { Step, StepResult } from '../context.ts';
import { patchObject } from '../writing/write-object.ts';

/** `spec.revertOnDeletion` is a finalizer on the Canary, written before anything there would be to revert. */
export const holdFinalizer: Step = {
  name: 'hold-finalizer',
  async run(context): Promise<StepResult> {
    const finalizers = wantedFinalizers(context.world.canary);
    if (finalizers === undefined) return 'continue';
    try {
      await patchObject(context, canaries, { ...context.world.canary }, { metadata: { finalizers } });
    } catch (error) {
      // A controller that may not write it still guards the routes.
      if (!(error instanceof KubeError)) throw error;
      context.retryLater(error);
    }
    return 'continue';
  },
};
