import { equalJson, isObject, listAt, objectAt, type JsonObject } from '../json.ts';
import { isReachedFromOutside, portsOf, type ServiceNumbers } from '../service-numbers.ts';
import { ensure, fill } from './fill.ts';

/** Fills in a Service's defaults, and numbers that it needs and lacks. Those that it had are kept. */
export function fillService(
  object: JsonObject,
  previous: JsonObject | undefined,
  numbers: ServiceNumbers,
): void {
  const spec = ensure(object, 'spec');
  const before = objectAt(previous, 'spec');
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  for (const port of listAt(spec, 'ports')) {
    if (isObject(port)) fill(port, { protocol: 'TCP', targetPort: port['port'] });
  }
  dropUnneeded(spec, before);
  if (isReachedFromOutside(spec)) fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec['type'] === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  if (needsNodePorts(spec)) fillNodePorts(spec, before, numbers);
  if (spec['type'] === 'ExternalName') return;
  fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  fillAddress(spec, before, numbers);
}

/** Either field may be written; an update that writes one of them means both. */
function fillAddress(spec: JsonObject, before: JsonObject, numbers: ServiceNumbers): void {
  const known = before['clusterIP'];
  const [listed] = listAt(spec, 'clusterIPs');
  if (!spec['clusterIP']) {
    const address = known ?? listed ?? numbers.freeAddress();
    if (address !== undefined) spec['clusterIP'] = address;
  } else if (spec['clusterIP'] !== known && equalJson(spec['clusterIPs'], before['clusterIPs'])) {
    delete spec['clusterIPs'];
  }
  if (spec['clusterIP'] !== undefined) fill(spec, { clusterIPs: [spec['clusterIP']] });
}

const needsNodePorts = (spec: JsonObject): boolean =>
  isReachedFromOutside(spec) && spec['allocateLoadBalancerNodePorts'] !== false;

/** Removes what a change of the type makes pointless, unless the same update changes it, too. */
function dropUnneeded(spec: JsonObject, before: JsonObject): void {
  const drop = (key: string): void => {
    if (before[key] !== undefined && equalJson(spec[key], before[key])) delete spec[key];
  };
  if (spec['type'] === 'ExternalName') {
    for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) drop(key);
  }
  if (spec['type'] !== 'LoadBalancer') drop('allocateLoadBalancerNodePorts');
  if (isReachedFromOutside(spec)) return;
  drop('externalTrafficPolicy');
  if (!isReachedFromOutside(before) || !equalJson(portsOf({ spec }), portsOf({ spec: before }))) return;
  spec['ports'] = listAt(spec, 'ports').map((port) => {
    if (!isObject(port)) return port;
    const { nodePort: _freed, ...rest } = port;
    return rest;
  });
}

/** A port keeps its number while its protocol and port stay. The list may be the stored one, so it is not written to. */
function fillNodePorts(spec: JsonObject, before: JsonObject, numbers: ServiceNumbers): void {
  const mine = new Set(portsOf({ spec }));
  const ports = listAt(spec, 'ports');
  if (ports.every((port) => !isObject(port) || port['nodePort'])) return;
  spec['ports'] = ports.map((port) => {
    if (!isObject(port) || port['nodePort']) return port;
    const kept = keptPort(port, before);
    const nodePort = kept !== undefined && !mine.has(kept) ? kept : numbers.freePort(mine);
    if (nodePort === undefined) return port;
    mine.add(nodePort);
    return { ...port, nodePort };
  });
}

function keptPort({ port, protocol }: JsonObject, before: JsonObject): number | undefined {
  const isSame = (it: unknown): it is JsonObject =>
    isObject(it) && it['port'] === port && it['protocol'] === protocol;
  const number = listAt(before, 'ports').find(isSame)?.['nodePort'];
  return typeof number === 'number' ? number : undefined;
}
