/**
 * Replicas to wake a target with that stands at zero, as Flagger does: its own, if somebody gave it some; without a
 * scaler those of the primary; with one the scaler's least, and the scaler does the rest. Never zero.
 * `scalerMin` is undefined when the Canary names no scaler, and when the one it names cannot be read.
 */
export function wakeReplicas(own: number, primary: number, scalerMin?: number): number {
  if (own > 0) return own;
  return Math.max(1, scalerMin ?? primary);
}
