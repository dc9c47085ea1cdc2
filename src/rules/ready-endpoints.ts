import type { AnyKubeObject } from '../api/kube-object.ts';
import { asList, asRecord } from '../lib/json-read.ts';

/** How many endpoints of a Service's slices take new connections. `ready` absent means ready, as the API says. */
export function countReadyEndpoints(slices: readonly AnyKubeObject[]): number {
  return slices
    .flatMap((slice) => asList(slice['endpoints']))
    .map((endpoint) => asRecord(asRecord(endpoint)['conditions']))
    .filter((conditions) => conditions['ready'] !== false && conditions['terminating'] !== true).length;
}
