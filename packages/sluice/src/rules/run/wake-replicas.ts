/**
 * Replicas that wake a target at zero, as Flagger does: its own if it has some; without a scaler those of the
 * primary; with a scaler its minimum, from which the scaler continues. Never zero. `scalerMin` is undefined when the
 * Canary names no scaler, or the scaler cannot be read.
 */
export function wakeReplicas(own: number, primary: number, scalerMin?: number): number {
  if (own > 0) return own;
  return Math.max(1, scalerMin ?? primary);
}
