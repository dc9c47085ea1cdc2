/** Kubernetes' pace of restarts: the first at once, then `baseMs` doubling up to `capMs`. */
export interface BackOffPace {
  readonly baseMs: number;
  readonly capMs: number;
}

export const kubernetesPace: BackOffPace = { baseMs: 10_000, capMs: 300_000 };

/** How long to wait before restart number `restart`, which counts from 0. */
export function backOffDelay(restart: number, pace: BackOffPace): number {
  return restart === 0 ? 0 : Math.min(pace.capMs, pace.baseMs * 2 ** Math.min(restart - 1, 30));
}

/** A container that ran this long starts its count anew. */
export const settledAfterMs = (pace: BackOffPace): number => 2 * pace.capMs;
