import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';

/** How many endpoints of a Service's slices take new connections. `ready` absent means ready, as the API says. */
export const countReadyEndpoints = (slices: readonly AnyKubeObject[]): number => readyOf(slices).length;

/** Whether a Service only names an external host. It has no endpoints, so whether it serves is not known. */
export const leadsOutside = (service: AnyKubeObject | undefined): boolean =>
  asRecord(service?.['spec'])['type'] === 'ExternalName';

/** Addresses of the ready endpoints. */
export const readyAddresses = (slices: readonly AnyKubeObject[]): ReadonlySet<unknown> =>
  new Set(readyOf(slices).flatMap((endpoint) => asList(endpoint['addresses'])));

function readyOf(slices: readonly AnyKubeObject[]): readonly JsonRecord[] {
  return slices
    .flatMap((slice) => asList(slice['endpoints']).map(asRecord))
    .filter((endpoint) => {
      const conditions = asRecord(endpoint['conditions']);
      return (
        // guard: endpoints-must-be-ready
        conditions['ready'] !== false &&
        // guard: endpoints-that-end-do-not-serve
        conditions['terminating'] !== true
      );
    });
}
