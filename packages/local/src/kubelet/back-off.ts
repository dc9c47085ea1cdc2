import { backOff, withoutJitter } from '@sluice/lib/time/back-off.ts';

/** Kubernetes' pace of restarts: the first at once, then `baseMs` doubling up to `capMs`. */
export interface BackOffPace {
  readonly baseMs: number;
  readonly capMs: number;
}

export const kubernetesPace: BackOffPace = { baseMs: 10_000, capMs: 300_000 };

/** Milliseconds before restart number `restart`, which counts from 0. */
export function backOffDelay(restart: number, { baseMs, capMs }: BackOffPace): number {
  return restart === 0 ? 0 : backOff(restart, { firstMs: baseMs, maxMs: capMs }, withoutJitter);
}

/** Milliseconds after which a running container's restart count is reset. */
export const settledAfterMs = (pace: BackOffPace): number => 2 * pace.capMs;
