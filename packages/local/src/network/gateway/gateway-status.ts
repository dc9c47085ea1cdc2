import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { list, record, text } from '../pod.ts';
import { writeConditions, type Condition } from './conditions.ts';
import { listenersOf } from './route-attachment.ts';
import type { RouteTable } from './route-table.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `.status` of a Gateway that is programmed at `address`. */
export function gatewayStatus(
  gateway: AnyKubeObject,
  table: RouteTable,
  address: string,
  now: number,
): Fields {
  const present = record(gateway['status']);
  const generation = gateway.metadata.generation ?? 1;
  const listeners = listenersOf(gateway).map((listener) => {
    const before = list(present['listeners'])
      .map(record)
      .find((candidate) => candidate['name'] === listener['name']);
    return listenerStatus(listener, countAttached(gateway, listener, table), before, generation, now);
  });
  const conditions = writeConditions(
    present['conditions'],
    [
      condition('Accepted', 'Accepted', 'the local gateway serves it', generation),
      condition('Programmed', 'Programmed', `listening on ${address}`, generation),
    ],
    now,
  );
  const value = address.slice(0, address.lastIndexOf(':'));
  return { ...present, addresses: [{ type: 'IPAddress', value }], conditions, listeners };
}

function condition(type: string, reason: string, message: string, observedGeneration: number): Condition {
  return { type, status: 'True', reason, message, observedGeneration };
}

function listenerStatus(
  listener: Fields,
  attachedRoutes: number,
  before: Fields | undefined,
  generation: number,
  now: number,
): Fields {
  const isHttp = listener['protocol'] === 'HTTP';
  const protocol: Condition = isHttp
    ? condition('Accepted', 'Accepted', '', generation)
    : {
        type: 'Accepted',
        status: 'False',
        reason: 'UnsupportedProtocol',
        message: `protocol ${text(listener['protocol'])} is not supported; use HTTP`,
        observedGeneration: generation,
      };
  const programmed: Condition = isHttp
    ? condition('Programmed', 'Programmed', '', generation)
    : { ...protocol, type: 'Programmed', reason: 'Invalid' };
  const wanted = [protocol, programmed, condition('ResolvedRefs', 'ResolvedRefs', '', generation)];
  return {
    name: listener['name'],
    attachedRoutes,
    supportedKinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
    conditions: writeConditions(before?.['conditions'], wanted, now),
  };
}

function countAttached(gateway: AnyKubeObject, listener: Fields, table: RouteTable): number {
  return table.routes.filter((route) =>
    route.attachments.some(
      (attachment) =>
        attachment.gateway.metadata.uid === gateway.metadata.uid &&
        attachment.listeners.includes(text(listener['name'])),
    ),
  ).length;
}
