import { KubeError } from '../../lib/kube-error.ts';
import type { PassContext } from '../context.ts';
import { patchObject } from '../writing/write-object.ts';

/**
 * Keeps the scaler of the target from waking it, where it would. Comes before the target is stopped, and stands behind the
 * same guard: a scaler that is paused at zero stops its workload itself. False: the API server refused, and it is tried again.
 */
export const pauseScaler = (context: PassContext): Promise<boolean> => patchScaler(context, 'pausePatch');

/** Lets the scaler of the target work again. Comes before the target is scaled up: a paused scaler would stop it at once. */
export const resumeScaler = (context: PassContext): Promise<boolean> => patchScaler(context, 'resumePatch');

async function patchScaler(context: PassContext, change: 'pausePatch' | 'resumePatch'): Promise<boolean> {
  const { scaling } = context.world;
  const patch = scaling?.target && scaling.scaler[change](scaling.target);
  if (scaling?.target === undefined || patch === undefined) return true;
  try {
    await patchObject(context, scaling.scaler.resource, scaling.target, patch);
    return true;
  } catch (error) {
    if (/* guard: a-scaler-that-refuses-ends-a-run-by-its-deadline */ !(error instanceof KubeError))
      throw error;
    // Who may not write the scaler can still guard the run and roll it back.
    context.retryLater(error);
    return false;
  }
}
