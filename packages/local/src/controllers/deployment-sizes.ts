import { fenceposts, newSetSize, oldSetSizes } from './rolling-update.ts';
import type { SetSize } from './rolling-update.ts';
import { desiredReplicas } from './workload.ts';
import type { Deployment, ReplicaSet } from './workload.ts';

/**
 * Wanted replicas of each ReplicaSet (oldest first), by name. `hasPods` tells whether
 * any process of a set may still run.
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
    // The new set starts only when no old pod is left, terminating pods included.
    return new Map(old.some(hasPods) || newSet === undefined ? down : [...down, [newSet, desired]]);
  }
  const { maxSurge, maxUnavailable } = fenceposts(deployment.spec.strategy?.rollingUpdate, desired);
  const present = sets.find(isNew);
  if (present === undefined) return new Map();
  const size = sizeOf(present);
  const grown = newSetSize(desired, size, old.map(sizeOf), maxSurge);
  // One direction per pass, because growing changes the counts that shrinking uses.
  if (grown !== size.replicas) return new Map([[size.name, grown]]);
  return oldSetSizes(desired, size, old.map(sizeOf), maxUnavailable);
}

/** Sizes while paused: nothing rolls, but `scale` still applies to the set in use. */
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
