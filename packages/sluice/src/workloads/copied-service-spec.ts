import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';

/** What is given to one Service alone, or opens it to the outside: its copies are for the mesh, and get none of it. */
const ownFields = [
  'clusterIP',
  'clusterIPs',
  'healthCheckNodePort',
  'externalIPs',
  'externalTrafficPolicy',
  'allocateLoadBalancerNodePorts',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
];

/**
 * The spec of a Service as its copies have it: where it leads, and how. A node port or a load balancer stays with the
 * original, so neither it nor an address that the server picked is part of a revision.
 */
export function copiedServiceSpec(target: AnyKubeObject): JsonRecord {
  const spec = asRecord(target['spec']);
  const kept = Object.entries(spec).filter(([name]) => !ownFields.includes(name));
  const type = asText(spec['type']);
  return {
    ...Object.fromEntries(kept),
    ...(type === undefined ? {} : { type: type === 'ExternalName' ? type : 'ClusterIP' }),
    // Headless is how it leads; any other address is its own.
    ...(spec['clusterIP'] === 'None' ? { clusterIP: 'None' } : {}),
    ...('ports' in spec ? { ports: asList(spec['ports']).map(withoutNodePort) } : {}),
  };
}

function withoutNodePort(item: unknown): JsonRecord {
  const { nodePort: _own, ...port } = asRecord(item);
  return port;
}
