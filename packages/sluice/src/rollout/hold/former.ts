import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import { refOf } from '@sluice/kube/objects/object-ref.ts';
import { patchTo } from '@sluice/lib/json/merge.ts';
import { patchObject } from '../carry-out/write-object.ts';
import { isTrafficThere } from '../held.ts';
import type { DutyFact, RoutesFact } from '../held.ts';
import type { Leftover } from '../ownership.ts';
import { blockedBy, matches } from './holding.ts';
import type { Holding } from './holding.ts';

/**
 * Deletes the objects of former names once the new ones carry the traffic: routes and Services first, the primary in a
 * later pass. An object that existed before the Canary is restored instead.
 */
export async function removeFormer(holding: Holding, routes: RoutesFact): Promise<DutyFact> {
  const { leftovers = [] } = holding.seen;
  const [first] = leftovers;
  // guard: former-objects-serve-until-the-new-ones-do
  if (first === undefined || !isTrafficThere(routes)) return matches;
  let fact = matches;
  for (const leftover of leftovers.filter(({ resource }) => resource === first.resource)) {
    const removed = await remove(holding, leftover);
    if (removed.state !== 'matches') fact = removed;
  }
  return fact;
}

async function remove(holding: Holding, { resource, object, released }: Leftover): Promise<DutyFact> {
  const { uid } = object.metadata;
  try {
    const patch = released && patchTo(object, released);
    if (patch !== undefined) await patchObject(holding, resource, object, patch);
    if (released !== undefined) return matches;
    await holding.deps.client.delete(
      resource,
      refOf(object),
      uid === undefined ? {} : { uid },
      holding.signal,
    );
    return matches;
  } catch (error) {
    holding.signal.throwIfAborted();
    // Gone already, and the cache has not heard yet.
    if (error instanceof KubeError && error.code === 404) return matches;
    // It holds up no run.
    return blockedBy(holding, error, false);
  }
}
