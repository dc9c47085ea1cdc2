import type { AnyKubeObject } from '../../api/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import type { Announcement } from '../context.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Gathered } from '../gather.ts';
import type { CanaryMemory } from '../memory.ts';
import { revertDeadline } from '../../rules/finalizer.ts';
import { ended } from '../pass-result.ts';
import type { PassResult } from '../pass-result.ts';
import { nothingLeft, runSteps } from '../run-steps.ts';
import { forgetCanary } from './forget-canary.ts';
import { patienceMs } from './leave-serving.ts';
import { letGoAtDeadline } from './let-go-at-deadline.ts';
import { notReverted, releaseCanary } from './release-canary.ts';
import { revertSteps } from './steps.ts';

/** Puts back what a deleted canary had taken over, if it is to be, and then lets it go. */
export async function revert(
  gathered: Exclude<Gathered, { readonly kind: 'gone' }>,
  object: AnyKubeObject,
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const release = async (announcement: Announcement): Promise<PassResult> => {
    const { namespace = '', name } = object.metadata;
    const latest = deps.cache.get(canaries, { namespace, name }) ?? object;
    return ended('release-canary', await releaseCanary(deps, latest, announcement, signal));
  };
  if (gathered.kind === 'invalid')
    return release(
      notReverted(gathered.problems[0]?.message ?? 'nobody here knows its target or its routes'),
    );
  const { world } = gathered;
  if (world.canary.spec.revertOnDeletion !== true && world.canary.status?.phase !== 'Terminating')
    return release({ type: 'Normal', reason: 'Released', message: 'deleted; nothing is to be put back' });
  const result = await runSteps(world, revertSteps, deps, memory, signal);
  if (result.stoppedAt === letGoAtDeadline.name) {
    const isPatient = world.now < revertDeadline(world.canary) + patienceMs;
    // Also after a conflict, which is no failure: what is left behind is said before nobody is left to say it.
    if (isPatient && !memory.warned.has('LeftBehind')) return result;
    return release(notReverted('it did not take over in time'));
  }
  if (result.stoppedAt !== nothingLeft.name || result.failure !== undefined) return result;
  const { target } = world.names;
  return release({ type: 'Normal', reason: 'Reverted', message: `deleted; ${target} has its traffic back` });
}

/** Somebody's finalizer holds it; nobody here knows what that one still wants to do. */
export function leaveDeleted(
  object: AnyKubeObject,
  key: string,
  deps: RolloutDeps,
  memory: CanaryMemory,
): PassResult {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.length > 0 && !memory.warned.has('DeletionHeld')) {
    const message = `the deletion waits for ${finalizers.join(', ')}, which is not ours: whoever set it must finish, or you remove it`;
    memory.warned.set('DeletionHeld', message);
    deps.events.record(object, { type: 'Warning', reason: 'DeletionHeld', message });
  }
  return forgetCanary(key, deps, memory);
}
