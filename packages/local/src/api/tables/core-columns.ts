import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject } from '../../store/json.ts';
import { ageOf } from './age.ts';
import {
  ageColumn,
  at,
  integer,
  joined,
  labelsText,
  listOf,
  nameColumn,
  numberAt,
  text,
  textOrNone,
  wide,
  type Column,
} from './column.ts';

const size = (value: unknown): number => (isObject(value) ? Object.keys(value).length : 0);

export const namespaceColumns: readonly Column[] = [
  nameColumn,
  text('Status', (object) => textOrNone(object, 'status', 'phase')),
  ageColumn,
];

export const configMapColumns: readonly Column[] = [
  nameColumn,
  integer('Data', (object) => size(object['data']) + size(object['binaryData'])),
  ageColumn,
];

export const secretColumns: readonly Column[] = [
  nameColumn,
  text('Type', (object) => textOrNone(object, 'type')),
  integer('Data', (object) => size(object['data'])),
  ageColumn,
];

export const serviceColumns: readonly Column[] = [
  nameColumn,
  text('Type', (object) => textOrNone(object, 'spec', 'type')),
  text('Cluster-IP', (object) => textOrNone(object, 'spec', 'clusterIP')),
  text('External-IP', externalIp),
  text('Port(s)', (object) => joined(listOf(object, 'spec', 'ports').map(portText))),
  ageColumn,
  wide('Selector', (object) => labelsText(at(object, 'spec', 'selector'))),
];

function externalIp(object: AnyKubeObject): string {
  if (at(object, 'spec', 'type') === 'ExternalName') return textOrNone(object, 'spec', 'externalName');
  const ingress = listOf(object, 'status', 'loadBalancer', 'ingress').map(
    (item) => at(item, 'ip') ?? at(item, 'hostname'),
  );
  if (ingress.length > 0) return joined(ingress);
  const external = listOf(object, 'spec', 'externalIPs');
  return external.length === 0 && at(object, 'spec', 'type') === 'LoadBalancer'
    ? '<pending>'
    : joined(external);
}

const portText = (port: unknown): string => {
  const node = numberAt(port, 'nodePort');
  return `${numberAt(port, 'port')}${node > 0 ? `:${node}` : ''}/${textOrNone(port, 'protocol')}`;
};

export const endpointsColumns: readonly Column[] = [
  nameColumn,
  text('Endpoints', (object) =>
    joined(
      listOf(object, 'subsets').flatMap((subset) =>
        listOf(subset, 'addresses').flatMap((address) =>
          listOf(subset, 'ports').map((port) => `${textOrNone(address, 'ip')}:${numberAt(port, 'port')}`),
        ),
      ),
    ),
  ),
  ageColumn,
];

export const endpointSliceColumns: readonly Column[] = [
  nameColumn,
  text('AddressType', (object) => textOrNone(object, 'addressType')),
  text('Ports', (object) => joined(listOf(object, 'ports').map((port) => at(port, 'port') ?? '*'))),
  text('Endpoints', (object) =>
    joined(listOf(object, 'endpoints').flatMap((endpoint) => listOf(endpoint, 'addresses'))),
  ),
  ageColumn,
];

export const eventColumns: readonly Column[] = [
  text('Last Seen', (event, now) => ageOf(lastSeen(event), now)),
  text('Type', (event) => event['type'] ?? ''),
  text('Reason', (event) => event['reason'] ?? ''),
  text('Object', (event) => {
    const about = event['involvedObject'];
    return `${textOrNone(about, 'kind').toLowerCase()}/${textOrNone(about, 'name')}`;
  }),
  wide('Subobject', (event) => at(event, 'involvedObject', 'fieldPath') ?? ''),
  wide('Source', (event) => at(event, 'source', 'component') ?? event['reportingComponent'] ?? ''),
  text('Message', (event) => (typeof event['message'] === 'string' ? event['message'].trim() : '')),
  wide('First Seen', (event, now) => ageOf(event['firstTimestamp'] ?? lastSeen(event), now)),
  { ...integer('Count', (event) => event['count'] ?? 1), priority: 1 },
  { ...nameColumn, priority: 1 },
];

const lastSeen = (event: AnyKubeObject): unknown =>
  at(event, 'series', 'lastObservedTime') ??
  event['lastTimestamp'] ??
  event['eventTime'] ??
  event.metadata.creationTimestamp;

export const nodeColumns: readonly Column[] = [
  nameColumn,
  text('Status', (node) => {
    const ready = listOf(node, 'status', 'conditions').find((item) => at(item, 'type') === 'Ready');
    const shown = ready === undefined ? 'Unknown' : at(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
    return at(node, 'spec', 'unschedulable') === true ? `${shown},SchedulingDisabled` : shown;
  }),
  text('Roles', (node) => {
    const prefix = 'node-role.kubernetes.io/';
    const labels = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
    return joined(labels.map((label) => label.slice(prefix.length)));
  }),
  ageColumn,
  text('Version', (node) => textOrNone(node, 'status', 'nodeInfo', 'kubeletVersion')),
  wide('Internal-IP', (node) => addressOf(node, 'InternalIP')),
  wide('External-IP', (node) => addressOf(node, 'ExternalIP')),
  wide('OS-Image', (node) => textOrNone(node, 'status', 'nodeInfo', 'osImage')),
  wide('Kernel-Version', (node) => textOrNone(node, 'status', 'nodeInfo', 'kernelVersion')),
  wide('Container-Runtime', (node) => textOrNone(node, 'status', 'nodeInfo', 'containerRuntimeVersion')),
];

const addressOf = (node: AnyKubeObject, type: string): string =>
  textOrNone(
    listOf(node, 'status', 'addresses').find((item) => at(item, 'type') === type),
    'address',
  );

export const serviceAccountColumns: readonly Column[] = [nameColumn, ageColumn];
