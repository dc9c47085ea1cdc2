import type { Column } from './column.ts';
import {
  ageColumn,
  at,
  integer,
  joined,
  listOf,
  nameColumn,
  numberAt,
  shownAt,
  text,
  textOrNone,
} from './column.ts';

export const ingressColumns: readonly Column[] = [
  nameColumn,
  text('Class', (object) => textOrNone(object, 'spec', 'ingressClassName')),
  text('Hosts', (object) => joined(listOf(object, 'spec', 'rules').map((rule) => at(rule, 'host') ?? '*'))),
  text('Address', (object) =>
    listOf(object, 'status', 'loadBalancer', 'ingress')
      .map((item) => at(item, 'ip') ?? at(item, 'hostname'))
      .join(','),
  ),
  text('Ports', (object) => (listOf(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  ageColumn,
];

export const leaseColumns: readonly Column[] = [
  nameColumn,
  text('Holder', (object) => at(object, 'spec', 'holderIdentity') ?? ''),
  ageColumn,
];

export const definitionColumns: readonly Column[] = [
  nameColumn,
  { ...text('Created At', (object) => object.metadata.creationTimestamp), type: 'date' },
];

export const claimColumns: readonly Column[] = [
  nameColumn,
  text('Status', (object) => textOrNone(object, 'status', 'phase')),
  text('Volume', (object) => at(object, 'spec', 'volumeName') ?? ''),
  text('Capacity', (object) => at(object, 'status', 'capacity', 'storage') ?? ''),
  text('Access Modes', (object) => listOf(object, 'status', 'accessModes').join(',')),
  text('StorageClass', (object) => at(object, 'spec', 'storageClassName') ?? ''),
  ageColumn,
];

export const gatewayClassColumns: readonly Column[] = [
  nameColumn,
  text('Controller', (object) => textOrNone(object, 'spec', 'controllerName')),
  text('Accepted', (object) => conditionOf(object, 'Accepted')),
  ageColumn,
];

export const gatewayColumns: readonly Column[] = [
  nameColumn,
  text('Class', (object) => textOrNone(object, 'spec', 'gatewayClassName')),
  text('Address', (object) => at(listOf(object, 'status', 'addresses')[0], 'value') ?? null),
  text('Programmed', (object) => conditionOf(object, 'Programmed')),
  ageColumn,
];

export const httpRouteColumns: readonly Column[] = [
  nameColumn,
  text('Hostnames', (object) => {
    const hosts = listOf(object, 'spec', 'hostnames');
    return hosts.length === 0 ? null : JSON.stringify(hosts);
  }),
  ageColumn,
];

export const roleBindingColumns: readonly Column[] = [
  nameColumn,
  text(
    'Role',
    (object) => `${textOrNone(object, 'roleRef', 'kind')}/${textOrNone(object, 'roleRef', 'name')}`,
  ),
  ageColumn,
];

/** Roles show when they were made, not how old they are. */
export const roleColumns: readonly Column[] = [
  nameColumn,
  { ...text('Created At', (object) => object.metadata.creationTimestamp), type: 'date' },
];

export const disruptionBudgetColumns: readonly Column[] = [
  nameColumn,
  text('Min Available', (object) => shownAt(object, 'N/A', 'spec', 'minAvailable')),
  text('Max Unavailable', (object) => shownAt(object, 'N/A', 'spec', 'maxUnavailable')),
  integer('Allowed Disruptions', (object) => numberAt(object, 'status', 'disruptionsAllowed')),
  ageColumn,
];

export const scaleColumns: readonly Column[] = [
  nameColumn,
  integer('Desired', (object) => numberAt(object, 'spec', 'replicas')),
  integer('Available', (object) => numberAt(object, 'status', 'replicas')),
  ageColumn,
];

function conditionOf(object: unknown, type: string): unknown {
  const found = listOf(object, 'status', 'conditions').find((item) => at(item, 'type') === type);
  return at(found, 'status') ?? null;
}
