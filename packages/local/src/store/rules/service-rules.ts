import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isIP } from 'node:net';
import { isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import { addressesOf, isReachedFromOutside, portsOf, type ServiceNumbers } from '../service-numbers.ts';
import type { StatusCause } from '../status-error.ts';
import { bad, barred, duplicate, faultsOf, namedBy, portFaults, required, unsupported } from './cause.ts';
import { portOrName, protocolCauses } from './container-rules.ts';
import { labelCauses } from './metadata-rules.ts';
import { dnsLabel, dnsSubdomain, qualifiedName } from './names.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export function serviceCauses(
  object: JsonObject,
  previous: AnyKubeObject | undefined,
  numbers: ServiceNumbers,
): StatusCause[] {
  const spec = objectAt(object, 'spec');
  const { type } = spec;
  // As in the real server, addresses and node ports are given out before the rest is looked at.
  for (const first of [addressCauses(object, previous), numberCauses(object, numbers)])
    if (first.length > 0) return first;
  const causes = [
    ...typeCauses(spec),
    ...portListCauses(spec),
    ...labelCauses('spec.selector', isObject(spec['selector']) ? spec['selector'] : {}),
  ];
  if (typeof type !== 'string' || !types.includes(type)) causes.push(unsupported('spec.type', type, types));
  return causes;
}

function typeCauses(spec: JsonObject): StatusCause[] {
  const isHeadless = spec['clusterIP'] === 'None';
  const name = textAt(spec, 'externalName').replace(/\.$/, '');
  switch (spec['type']) {
    case 'ExternalName':
      return [
        ...namedBy('spec.externalName', name, dnsSubdomain),
        ...(spec['clusterIP'] ? [barred('spec.clusterIPs', 'may not be set for ExternalName services')] : []),
      ];
    case 'NodePort':
    case 'LoadBalancer':
      return isHeadless
        ? [bad('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec['type']} services`)]
        : [];
    default:
      return [];
  }
}

function portListCauses(spec: JsonObject): StatusCause[] {
  const ports = listAt(spec, 'ports').filter(isObject);
  const mayLack = spec['type'] === 'ExternalName' || spec['clusterIP'] === 'None';
  if (ports.length === 0) return mayLack ? [] : [required('spec.ports')];
  const causes = ports.flatMap((port, index) => [
    ...portCauses(port, `spec.ports[${index}]`, ports.length > 1),
    ...(spec['type'] === 'ClusterIP' && port['nodePort']
      ? [barred(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
      : []),
  ]);
  return [...causes, ...repeated(ports)];
}

function portCauses(port: JsonObject, at: string, needsName: boolean): StatusCause[] {
  const name = textAt(port, 'name');
  const protocol = textAt(port, 'appProtocol');
  return [
    ...(name === '' ? (needsName ? [required(`${at}.name`)] : []) : faultsOf(`${at}.name`, name, dnsLabel)),
    ...portFaults(`${at}.port`, port['port']),
    ...protocolCauses(port['protocol'], at),
    ...(port['targetPort'] === undefined ? [] : portOrName(port['targetPort'], `${at}.targetPort`)),
    ...(protocol === '' ? [] : faultsOf(`${at}.appProtocol`, protocol, qualifiedName)),
  ];
}

/** No two ports of a Service share a name, or a number of one protocol. */
function repeated(ports: readonly JsonObject[]): StatusCause[] {
  const seen = new Set<string>();
  const again = (key: string): boolean => seen.size === seen.add(key).size;
  return ports.flatMap((entry, index) => {
    const { port, protocol } = entry;
    const name = textAt(entry, 'name');
    const at = `spec.ports[${index}]`;
    const causes: StatusCause[] = [];
    if (name !== '' && again(`name ${name}`)) causes.push(duplicate(`${at}.name`, name));
    if (again(`port ${String(protocol)} ${String(port)}`)) causes.push(duplicate(at, { port, protocol }));
    return causes;
  });
}

function addressCauses(object: JsonObject, previous: AnyKubeObject | undefined): StatusCause[] {
  const spec = objectAt(object, 'spec');
  const before = textAt(objectAt(previous, 'spec'), 'clusterIP');
  const now = textAt(spec, 'clusterIP');
  const listed = listAt(spec, 'clusterIPs');
  if (listed.length > 0 && listed[0] !== now)
    return [bad('spec.clusterIPs', listed, 'first value must match `clusterIP`')];
  const faults = addressesOf(object)
    .filter((address) => isIP(address) === 0)
    .map((address, index) =>
      bad(
        `spec.clusterIPs[${index}]`,
        address,
        'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ),
    );
  if (before !== '' && now !== '' && before !== now)
    faults.push(bad('spec.clusterIPs[0]', listed, 'may not change once set'));
  return faults;
}

function numberCauses(object: JsonObject, numbers: ServiceNumbers): StatusCause[] {
  const uid = textAt(objectAt(object, 'metadata'), 'uid');
  const spec = objectAt(object, 'spec');
  const addresses = addressesOf(object).flatMap((address) => {
    const why = numbers.addressProblem(address, uid);
    return why === undefined
      ? []
      : [bad('spec.clusterIPs', spec['clusterIPs'], `failed to allocate IP ${address}: ${why}`)];
  });
  return [...addresses, ...(isReachedFromOutside(spec) ? nodePortCauses(spec, uid, numbers) : [])];
}

/** Two ports of one Service may share a node port when their protocols differ. */
function nodePortCauses(spec: JsonObject, uid: string, numbers: ServiceNumbers): StatusCause[] {
  const mine = new Set<string>();
  return listAt(spec, 'ports').flatMap((port, index) => {
    const [number] = portsOf({ spec: { ports: [port] } });
    if (number === undefined) return [];
    const key = `${textAt(port, 'protocol')} ${number}`;
    const why = mine.has(key) ? 'provided port is already allocated' : numbers.portProblem(number, uid);
    mine.add(key);
    return why === undefined ? [] : [bad(`spec.ports[${index}].nodePort`, number, why)];
  });
}
