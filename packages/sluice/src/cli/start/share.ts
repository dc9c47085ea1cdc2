import type { TrafficSnapshot } from '@sluice/local/network/gateway/traffic-counters.ts';

export interface MeasuredShare {
  /** Requests in the span. */
  readonly requests: number;
  /** Percent of them that went to the canary; undefined without requests. */
  readonly canaryPercent: number | undefined;
}

/** Beginnings of the two backends of a canary: `namespace/service:`. */
export interface Backends {
  readonly canary: string;
  readonly primary: string;
}

/** Share of a canary's requests between two snapshots that its canary Service answered. */
export function measureShare(
  before: TrafficSnapshot,
  after: TrafficSnapshot,
  backends: Backends,
): MeasuredShare {
  const since = (backend: string): number => countOf(after, backend) - countOf(before, backend);
  const canary = since(backends.canary);
  const requests = canary + since(backends.primary);
  return { requests, canaryPercent: requests === 0 ? undefined : (canary / requests) * 100 };
}

const countOf = ({ requests }: TrafficSnapshot, start: string): number =>
  requests.filter(({ backend }) => backend.startsWith(start)).reduce((sum, { count }) => sum + count, 0);
