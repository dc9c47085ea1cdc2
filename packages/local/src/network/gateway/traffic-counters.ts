export interface RequestCount {
  /** `namespace/name` of the HTTPRoute. */
  readonly route: string;
  /** `namespace/name:port` of the Service. */
  readonly backend: string;
  readonly status: number;
  readonly count: number;
}

/** Why the gateway, and not a backend, ended a request. */
export type OwnError =
  'no-route' | 'no-backend' | 'no-endpoints' | 'unreachable' | 'broken' | 'late' | 'internal';

export interface TrafficSnapshot {
  /** Answers of backends. */
  readonly requests: readonly RequestCount[];
  /** Error answers of the gateway itself, and connections that it cut. */
  readonly ownErrors: Readonly<Partial<Record<OwnError, number>>>;
  /** The gateway's own 5xx answers and cuts: all of `ownErrors` but `no-route`, which is a 404. */
  readonly ownFailures: number;
}

export interface TrafficCounters {
  answered(route: string, backend: string, status: number): void;
  failed(error: OwnError): void;
  snapshot(): TrafficSnapshot;
}

/** Counts since the gateway's start; subtract two snapshots to get a period. */
export function createTrafficCounters(): TrafficCounters {
  const requests = new Map<string, RequestCount>();
  const ownErrors = new Map<OwnError, number>();
  return {
    answered(route, backend, status) {
      const key = `${route} ${backend} ${status}`;
      const count = (requests.get(key)?.count ?? 0) + 1;
      requests.set(key, { route, backend, status, count });
    },
    failed(error) {
      ownErrors.set(error, (ownErrors.get(error) ?? 0) + 1);
    },
    snapshot() {
      const failures = [...ownErrors].filter(([error]) => error !== 'no-route');
      return {
        requests: [...requests.values()],
        ownErrors: Object.fromEntries(ownErrors),
        ownFailures: failures.reduce((sum, [, count]) => sum + count, 0),
      };
    },
  };
}
