/** The arithmetic of a Deployment's rolling update, as Kubernetes does it. */

export interface Fenceposts {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Resolves percentages: surge rounds up, unavailable down. Both 0 would roll nothing, so one may be unavailable. */
export function fenceposts(
  rollingUpdate:
    { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string } | undefined,
  replicas: number,
): Fenceposts {
  const maxSurge = amount(rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil);
  const maxUnavailable = amount(rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor);
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

function amount(value: number | string, total: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value);
  return percent === null ? Number(value) || 0 : round((Number(percent[1]) * total) / 100);
}

export interface SetSize {
  readonly name: string;
  /** `spec.replicas`. */
  readonly replicas: number;
  readonly available: number;
}

/** How many replicas the new set should have now. */
export function newSetSize(
  desired: number,
  newSet: SetSize,
  old: readonly SetSize[],
  maxSurge: number,
): number {
  if (newSet.replicas >= desired) return desired;
  const total = newSet.replicas + sum(old, 'replicas');
  const room = desired + maxSurge - total;
  return room <= 0 ? newSet.replicas : newSet.replicas + Math.min(room, desired - newSet.replicas);
}

/** How many replicas each old set (oldest first) should have now; only sets that change are listed. */
export function oldSetSizes(
  desired: number,
  newSet: SetSize,
  old: readonly SetSize[],
  maxUnavailable: number,
): ReadonlyMap<string, number> {
  const sizes = new Map(old.map(({ name, replicas }) => [name, replicas]));
  const minAvailable = desired - maxUnavailable;
  const newUnavailable = newSet.replicas - newSet.available;
  const total = newSet.replicas + sum(old, 'replicas');
  takeUnhealthy(old, sizes, total - minAvailable - newUnavailable);
  if (total - minAvailable - newUnavailable > 0) {
    takeHealthy(old, sizes, newSet.available + sum(old, 'available') - minAvailable);
  }
  return new Map(
    old.flatMap(({ name, replicas }) => (sizes.get(name) === replicas ? [] : [[name, sizes.get(name) ?? 0]])),
  );
}

/** Removes unavailable replicas, up to `most`: they serve no requests. */
function takeUnhealthy(old: readonly SetSize[], sizes: Map<string, number>, most: number): void {
  let left = most;
  for (const { name, replicas, available } of old) {
    const taken = Math.max(0, Math.min(left, replicas - available));
    sizes.set(name, replicas - taken);
    left -= taken;
  }
}

function takeHealthy(old: readonly SetSize[], sizes: Map<string, number>, most: number): void {
  let left = most;
  for (const { name } of old) {
    const size = sizes.get(name) ?? 0;
    const taken = Math.max(0, Math.min(left, size));
    sizes.set(name, size - taken);
    left -= taken;
  }
}

const sum = (sets: readonly SetSize[], field: 'replicas' | 'available'): number =>
  sets.reduce((total, set) => total + set[field], 0);
