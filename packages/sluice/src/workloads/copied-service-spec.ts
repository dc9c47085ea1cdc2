import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';

/** Fields that belong to one Service alone or expose it outside. Its copies are for the mesh, and get none of them. */
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
 * The spec of a Service for its copies. Node ports, load balancers and addresses that the server picked stay with the
 * original, so they are not part of a revision.
 */
export function copiedServiceSpec(target: AnyKubeObject): JsonRecord {
  const spec = asRecord(target['spec']);
  const kept = Object.entries(spec).filter(([name]) => !ownFields.includes(name));
  const type = asText(spec['type']);
  return {
    ...Object.fromEntries(kept),
    ...(type === undefined ? {} : { type: type === 'ExternalName' ? type : 'ClusterIP' }),
    // Copies of a headless Service are headless; other addresses are not copied.
    ...(spec['clusterIP'] === 'None' ? { clusterIP: 'None' } : {}),
    ...('ports' in spec ? { ports: asList(spec['ports']).map(withoutNodePort) } : {}),
  };
}

function withoutNodePort(item: unknown): JsonRecord {
  const { nodePort: _own, ...port } = asRecord(item);
  return port;
}
