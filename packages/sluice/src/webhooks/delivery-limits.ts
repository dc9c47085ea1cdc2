import type { BackOffRange } from '@sluice/lib/time/back-off.ts';

/** How long an announcement is tried before it is given up. At least one try is always made. */
export interface DeliveryPolicy {
  /** Sends, each with the hook's own retries. */
  readonly tries: number;
  /** Since the worker first saw it; starts again with a new leader. */
  readonly ageMs: number;
}

export interface DeliveryLimits {
  /** Sends at the same time, over all canaries; one that pauses before a retry does not count. */
  readonly concurrency: number;
  /** Of these, for one namespace and for one canary: receivers that never answer take places from their own tenant only. */
  readonly perNamespace: number;
  readonly perCanary: number;
  /** Announcements of one canary held in memory; the rest stays in its outbox until offered again. */
  readonly queuedPerCanary: number;
  readonly pause: BackOffRange;
  readonly event: DeliveryPolicy;
  readonly postRollout: DeliveryPolicy;
}

const MINUTE_MS = 60_000;

/** Events are soon out of date. The end of a run stays of interest, even when a receiver is down for a day. */
export const defaultDeliveryLimits: DeliveryLimits = {
  concurrency: 128,
  perNamespace: 32,
  perCanary: 2,
  queuedPerCanary: 256,
  pause: { firstMs: 1000, maxMs: 5 * MINUTE_MS },
  event: { tries: 10, ageMs: 15 * MINUTE_MS },
  postRollout: { tries: 1000, ageMs: 24 * 60 * MINUTE_MS },
};
