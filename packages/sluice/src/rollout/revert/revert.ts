import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import type { Access } from '../../ports/router.ts';
import { revertDeadline } from '../../rules/run/finalizer.ts';
import { nothingLeft } from '../decide/decide.ts';
import { decisionsOf } from '../decide/places.ts';
import { letGoAtDeadline } from '../decide/revert/let-go-at-deadline.ts';
import type { RolloutDeps } from '../deps.ts';
import type { Announcement } from '../announcement.ts';
import { holdRevert } from '../hold/revert/hold-revert.ts';
import { patienceMs } from '../hold/revert/leave-serving.ts';
import type { Looked } from '../look/look.ts';
import type { CanaryMemory } from '../memory.ts';
import { ended } from '../pass-result.ts';
import type { PassResult } from '../pass-result.ts';
import { pursue } from '../pursue.ts';
import { forgetCanary } from './forget-canary.ts';
import { notReverted, releaseCanary } from './release-canary.ts';
import { releaseObjects } from './release-objects.ts';

/** Puts back what a deleted canary had taken over, if it is to be, and then lets it go. */
export async function revert(
  looked: Exclude<Looked, { readonly kind: 'gone' }>,
  object: AnyKubeObject,
  deps: RolloutDeps,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<PassResult> {
  const release = (announcement: Announcement, accesses?: readonly Access[]): Promise<PassResult> =>
    releaseAll({ looked, object, deps, signal }, announcement, accesses);
  if (looked.kind === 'unreadable')
    return release(notReverted(looked.problems[0]?.message ?? 'nobody here knows its target or its routes'));
  const { seen } = looked;
  // guard: what-an-older-canary-has-is-not-reverted
  if (seen.isSecond) {
    const message = 'deleted; another Canary has its target';
    return release({ type: 'Normal', reason: 'Released', message }, ['own']);
  }
  if (seen.canary.spec.revertOnDeletion !== true && seen.canary.status?.phase !== 'Terminating')
    return release({ type: 'Normal', reason: 'Released', message: 'deleted; nothing is to be put back' });
  const result = await pursue(
    seen,
    { hold: holdRevert, decisions: decisionsOf('terminating') },
    deps,
    memory,
    signal,
  );
  if (result.stoppedAt === letGoAtDeadline.name) {
    const isPatient = seen.now < revertDeadline(seen.canary) + patienceMs;
    // Also after a conflict, which is no failure: what is left behind is said before nobody is left to say it.
    if (isPatient && !memory.warned.has('LeftBehind')) return result;
    // What the primary made goes on serving with it.
    return release(notReverted('it did not take over in time'), ['patch']);
  }
  if (result.stoppedAt !== nothingLeft || result.failure !== undefined) return result;
  const { target } = seen.names;
  return release({ type: 'Normal', reason: 'Reverted', message: `deleted; ${target} has its traffic back` });
}

interface Deleted {
  readonly looked: Looked;
  readonly object: AnyKubeObject;
  readonly deps: RolloutDeps;
  readonly signal: AbortSignal;
}

/** Releases the objects of these accesses, and then the Canary. A failure is retried until the deadline, then announced. */
async function releaseAll(
  { looked, object, deps, signal }: Deleted,
  announcement: Announcement,
  accesses: readonly Access[] = ['own', 'patch'],
): Promise<PassResult> {
  const unreleased =
    looked.kind === 'seen' ? await releaseObjects({ deps, seen: looked.seen, signal }, accesses) : [];
  const isPatient = deps.clock.now() < revertDeadline(object) + patienceMs;
  if (unreleased[0] !== undefined && isPatient)
    return ended('release-objects', { failure: unreleased[0].failure });
  for (const { message } of unreleased)
    deps.events.record(object, { type: 'Warning', reason: 'NotReleased', message });
  const { namespace = '', name } = object.metadata;
  const latest = deps.cache.get(canaries, { namespace, name }) ?? object;
  return ended('release-canary', await releaseCanary(deps, latest, announcement, signal));
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
