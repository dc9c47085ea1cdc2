import type { TrafficSnapshot } from '@sluice/local/network/gateway/traffic-counters.ts';

export interface MeasuredShare {
  /** Requests in the span. */
  readonly requests: number;
  /** Percent of them that went to the canary; undefined without requests. */
  readonly canaryPercent: number | undefined;
}

/** Share of the requests between two snapshots that the canary's backend answered. */
export function measureShare(before: TrafficSnapshot, after: TrafficSnapshot): MeasuredShare {
  const canary = countCanary(after) - countCanary(before);
  const requests = countAll(after) - countAll(before);
  return { requests, canaryPercent: requests === 0 ? undefined : (canary / requests) * 100 };
}

const countAll = (snapshot: TrafficSnapshot): number =>
  snapshot.requests.reduce((sum, { count }) => sum + count, 0);

const countCanary = (snapshot: TrafficSnapshot): number =>
  snapshot.requests
    .filter(({ backend }) => backend.includes('-canary:'))
    .reduce((sum, { count }) => sum + count, 0);
