import { isDeepStrictEqual } from 'node:util';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { gateways, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { isConflict, isNotFound } from '@sluice/kube/objects/kube-error.ts';
import type { LocalStore } from '../../contracts.ts';
import { record } from '../pod.ts';
import { gatewayStatus } from './gateway-status.ts';
import { controllerName, routeStatus } from './route-status.ts';
import { gatewayClassName, type RouteTable } from './route-table.ts';

export const gatewayClasses: ResourceType = {
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  plural: 'gatewayclasses',
  kind: 'GatewayClass',
  namespaced: false,
};

/** Writes the statuses that follow from the table, where they differ. */
export function writeStatuses(store: LocalStore, table: RouteTable, address: string, now: number): void {
  for (const gateway of table.gateways) {
    writeStatus(store, gateways, gateway, gatewayStatus(gateway, table, address, now));
  }
  for (const route of table.routes) {
    const known = JSON.stringify(route.object['status'] ?? null).includes(controllerName);
    // A route of other gateways only has no status of ours to write or remove.
    if (route.attachments.length === 0 && !known) continue;
    writeStatus(store, httpRoutes, route.object, routeStatus(route, store, now));
  }
}

/** Creates the GatewayClass if it does not exist, and accepts it. */
export function acceptGatewayClass(store: LocalStore, now: number): void {
  const apiVersion = 'gateway.networking.k8s.io/v1';
  const metadata = { name: gatewayClassName };
  const gatewayClass =
    store.get(gatewayClasses, { name: gatewayClassName }) ??
    store.create(gatewayClasses, { apiVersion, kind: 'GatewayClass', metadata, spec: { controllerName } });
  const lastTransitionTime = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' };
  const observedGeneration = gatewayClass.metadata.generation ?? 1;
  writeStatus(store, gatewayClasses, gatewayClass, {
    conditions: [{ ...accepted, observedGeneration, lastTransitionTime }],
  });
}

function writeStatus(
  store: LocalStore,
  resource: ResourceType,
  object: AnyKubeObject,
  status: Readonly<Record<string, unknown>>,
): void {
  if (isDeepStrictEqual(record(object['status']), status)) return;
  try {
    store.update(resource, { ...object, status }, { subresource: 'status' });
  } catch (error) {
    // The object changed since the table was read; its event starts another write.
    if (!isConflict(error) && !isNotFound(error)) throw error;
  }
}
