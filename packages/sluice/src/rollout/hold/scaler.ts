import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { obsoleteScalers } from '../../rules/objects/obsolete-scalers.ts';
import { isInitializing } from '../../rules/run/phases.ts';
import { writeObject } from '../carry-out/write-object.ts';
import { requiredReplicas } from '../look/required-replicas.ts';
import { clearWarning, warnOnce } from '../draft.ts';
import type { DutyFact } from '../held.ts';
import type { Scaling } from '../seen.ts';
import { blockedBy, matches } from './holding.ts';
import type { Holding } from './holding.ts';

/**
 * Keeps the primary's scaler like that of the target, also during a run, where the minimum of the run takes precedence. A
 * failure is announced; the run is guarded and rolled back without it.
 */
export async function holdScaler(holding: Holding): Promise<DutyFact> {
  const { seen } = holding;
  const removed = await removeObsolete(holding);
  if (seen.scaling === undefined || seen.primary === undefined) return removed;
  const { scaler, target } = seen.scaling;
  const name = seen.canary.spec.autoscalerRef?.name ?? '';
  if (target === undefined) {
    const message = `${scaler.kind} ${seen.namespace}/${name} does not exist; create it, or change spec.autoscalerRef`;
    return cannot(holding, 'ScalerMissing', message, name);
  }
  clearWarning(holding, 'ScalerMissing');
  const written = await writeScaler(holding, seen.scaling, target);
  return written.state === 'matches' ? removed : written;
}

async function writeScaler(
  holding: Holding,
  { scaler, primary }: Scaling,
  target: AnyKubeObject,
): Promise<DutyFact> {
  const { seen, status } = holding;
  const floor = requiredReplicas(seen, status);
  try {
    const wanted = scaler.render(target, primary, {
      canary: seen.canary,
      // guard: scaler-floor-stands-in-a-run
      ...(floor === undefined ? {} : { atLeast: floor }),
    });
    await writeObject(holding, scaler.resource, wanted);
    clearWarning(holding, 'ScalerRefused');
    return matches;
  } catch (error) {
    holding.signal.throwIfAborted();
    if (error instanceof KubeError) return blockedBy(holding, error, false);
    if (!(error instanceof SluiceError)) throw error;
    return cannot(holding, 'ScalerRefused', error.message, target.metadata.name);
  }
}

/** Waits while nothing serves yet; otherwise continues with the existing scaler. */
function cannot(holding: Holding, reason: string, message: string, name: string): DutyFact {
  warnOnce(holding, reason, message);
  return {
    state: 'blocked',
    // guard: a-missing-scaler-holds-up-no-run
    bars: isInitializing(holding.status.phase),
    wait: { for: 'person', reason, message, name },
  };
}

/** Deletes a scaler that this canary made and no longer names: two scalers would fight over the primary. */
async function removeObsolete(holding: Holding): Promise<DutyFact> {
  const { seen, deps } = holding;
  const ref = seen.canary.spec.autoscalerRef;
  let fact = matches;
  // guard: obsolete-scalers-go
  for (const scaler of deps.providers.scalers) {
    const { kind, resource } = scaler;
    const wanted = ref?.kind === kind ? { kind, name: scaler.primaryName(ref.name) } : undefined;
    const found = deps.cache.list(resource, seen.namespace);
    for (const obsolete of obsoleteScalers(seen.canary, found, wanted)) {
      const removed = await remove(holding, resource, obsolete);
      if (removed.state !== 'matches') fact = removed;
    }
  }
  return fact;
}

async function remove(
  holding: Holding,
  resource: ResourceType,
  { metadata: { name, uid } }: AnyKubeObject,
): Promise<DutyFact> {
  try {
    const ref = { namespace: holding.seen.namespace, name };
    await holding.deps.client.delete(resource, ref, uid === undefined ? {} : { uid }, holding.signal);
    return matches;
  } catch (error) {
    // Gone already, and the cache has not heard yet.
    if (error instanceof KubeError && error.code === 404) return matches;
    return blockedBy(holding, error, false);
  }
}
