import type { AnyKubeObject, ResourceType } from '../../api/kube-object.ts';
import { KubeError } from '../../lib/kube-error.ts';
import { SluiceError } from '../../lib/sluice-error.ts';
import { obsoleteScalers } from '../../rules/obsolete-scalers.ts';
import { isInitializing } from '../../rules/phases.ts';
import { stop } from '../context.ts';
import type { PassContext, Scaling, Step, StepResult } from '../context.ts';
import { calm, warnOnce } from '../draft.ts';
import { requiredReplicas } from '../run/required-replicas.ts';
import { writeObject } from '../writing/write-object.ts';

/**
 * Keeps the primary's scaler as the target's is, from the first pass on and in the middle of a run, where the floor
 * of the run stands over its bounds. What it cannot do it says, but a run is guarded and rolled back all the same.
 */
export const followScaler: Step = {
  name: 'follow-scaler',
  async run(context): Promise<StepResult> {
    const { world } = context;
    // guard: obsolete-scalers-go
    await removeObsolete(context);
    if (world.scaling === undefined || world.primary === undefined) return 'continue';
    const { scaler, target } = world.scaling;
    const name = world.canary.spec.autoscalerRef?.name ?? '';
    if (target === undefined) {
      const message = `${scaler.kind} ${world.namespace}/${name} does not exist; create it, or change spec.autoscalerRef`;
      return sayOrStop(context, 'ScalerMissing', message, name);
    }
    calm(context, 'ScalerMissing');
    return writeScaler(context, world.scaling, target);
  },
};

async function writeScaler(
  context: PassContext,
  { scaler, primary }: Scaling,
  target: AnyKubeObject,
): Promise<StepResult> {
  const { canary } = context.world;
  const floor = requiredReplicas(context);
  try {
    const wanted = scaler.render(target, primary, {
      canary,
      // guard: scaler-floor-stands-in-a-run
      ...(floor === undefined ? {} : { atLeast: floor }),
    });
    await writeObject(context, scaler.resource, wanted);
    calm(context, 'ScalerRefused');
    return 'continue';
  } catch (error) {
    if (error instanceof KubeError) return postpone(context, error);
    if (!(error instanceof SluiceError)) throw error;
    return sayOrStop(context, 'ScalerRefused', error.message, target.metadata.name);
  }
}

/** A canary that does not serve yet waits; one that does goes on with the scaler its primary has. */
function sayOrStop(context: PassContext, reason: string, message: string, name: string): StepResult {
  warnOnce(context, reason, message);
  return isInitializing(context.draft.status.phase)
    ? stop('person', message, { name })
    : // guard: a-missing-scaler-holds-up-no-run
      'continue';
}

function postpone(context: PassContext, error: KubeError): StepResult {
  context.retryLater(error);
  return 'continue';
}

/** A scaler that this canary made and no longer names would go on scaling the primary beside the new one. */
async function removeObsolete(context: PassContext): Promise<void> {
  const { world, deps } = context;
  const ref = world.canary.spec.autoscalerRef;
  for (const scaler of deps.providers.scalers) {
    const { kind, resource } = scaler;
    const wanted = ref?.kind === kind ? { kind, name: scaler.primaryName(ref.name) } : undefined;
    const found = deps.cache.list(resource, world.namespace);
    for (const obsolete of obsoleteScalers(world.canary, found, wanted))
      await remove(context, resource, obsolete);
  }
}

async function remove(
  context: PassContext,
  resource: ResourceType,
  { metadata: { name, uid } }: AnyKubeObject,
): Promise<void> {
  const { world, deps, signal } = context;
  try {
    const ref = { namespace: world.namespace, name };
    await deps.client.delete(resource, ref, uid === undefined ? {} : { uid }, signal);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // Gone already, and the cache has not heard yet.
    if (error.code !== 404) context.retryLater(error);
  }
}
