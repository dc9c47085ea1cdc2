import { fenceposts, newSetSize, oldSetSizes } from './rolling-update.ts';
import type { SetSize } from './rolling-update.ts';
import { desiredReplicas } from './workload.ts';
import type { Deployment, ReplicaSet } from './workload.ts';

/**
 * How many replicas each ReplicaSet (oldest first) should have now, by name. `hasPods` tells of a set whether
 * any process of it may still run.
 */
export function targetSizes(
  deployment: Deployment,
  newSet: string | undefined,
  sets: readonly ReplicaSet[],
  hasPods: (set: ReplicaSet) => boolean,
): ReadonlyMap<string, number> {
  const desired = desiredReplicas(deployment);
  const isNew = (set: ReplicaSet): boolean => set.metadata.name === newSet;
  if (deployment.spec.paused === true) return pausedSizes(desired, newSet, sets);
  const old = sets.filter((set) => !isNew(set));
  if (deployment.spec.strategy?.type === 'Recreate') {
    const down = old.map((set) => [set.metadata.name, 0] as const);
    // The new starts only when nothing of the old is left, terminating pods included.
    return new Map(old.some(hasPods) || newSet === undefined ? down : [...down, [newSet, desired]]);
  }
  const { maxSurge, maxUnavailable } = fenceposts(deployment.spec.strategy?.rollingUpdate, desired);
  const present = sets.find(isNew);
  if (present === undefined) return new Map();
  const size = sizeOf(present);
  const grown = newSetSize(desired, size, old.map(sizeOf), maxSurge);
  // One direction at a time, as the counts that the second rests on change with the first.
  if (grown !== size.replicas) return new Map([[size.name, grown]]);
  return oldSetSizes(desired, size, old.map(sizeOf), maxUnavailable);
}

/** Paused: nothing rolls, but `scale` still counts for the set that is in use. */
function pausedSizes(
  desired: number,
  newSet: string | undefined,
  sets: readonly ReplicaSet[],
): ReadonlyMap<string, number> {
  const active = sets.filter((set) => desiredReplicas(set) > 0);
  const only =
    active.length > 1 ? undefined : (active[0]?.metadata.name ?? newSet ?? sets.at(-1)?.metadata.name);
  return new Map(only === undefined ? [] : [[only, desired]]);
}

function sizeOf(set: ReplicaSet): SetSize {
  return {
    name: set.metadata.name,
    replicas: desiredReplicas(set),
    available: Math.min(desiredReplicas(set), set.status?.availableReplicas ?? 0),
  };
}
