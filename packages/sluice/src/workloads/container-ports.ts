import { asList, asNumber, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { DiscoveredPort, ServicePort } from '../ports/workload.ts';

/** Sidecars that a mesh injects: their ports belong to the mesh. */
const sidecars: readonly string[] = ['istio-proxy', 'envoy'];

/**
 * Ports of the containers that the service does not have yet; none unless `service.portDiscovery` is on. Each
 * number and each name comes once: the API server refuses a Service that repeats one.
 */
export function discoverContainerPorts(podSpec: JsonRecord, service: ServicePort): readonly DiscoveredPort[] {
  if (service.portDiscovery !== true) return [];
  const names = new Set([service.portName || 'http']);
  const numbers = new Set([service.port]);
  const found: DiscoveredPort[] = [];
  for (const { container, index, name, port } of containerPorts(podSpec)) {
    if (isServicePort(service.port, service.targetPort, port, name) || numbers.has(port)) continue;
    const unique = name === undefined || names.has(name) ? `tcp-${container}-${index}` : name;
    names.add(unique);
    numbers.add(port);
    found.push({ name: unique, port });
  }
  return found;
}

/** Includes ports of sidecars: a Service may lead to one by name. */
export function hasContainerPort(podSpec: JsonRecord, name: string): boolean {
  return asList(podSpec['containers']).some((container) =>
    asList(asRecord(container)['ports']).some((port) => asRecord(port)['name'] === name),
  );
}

interface ContainerPort {
  readonly container: string;
  readonly index: number;
  readonly name: string | undefined;
  readonly port: number;
}

function containerPorts(podSpec: JsonRecord): readonly ContainerPort[] {
  return asList(podSpec['containers']).flatMap((item) => {
    const container = asText(asRecord(item)['name']) ?? '';
    if (sidecars.includes(container)) return [];
    return asList(asRecord(item)['ports']).flatMap((entry, index) => {
      const name = asText(asRecord(entry)['name']);
      const port = asNumber(asRecord(entry)['containerPort']);
      return port === undefined ? [] : [{ container, index, name, port }];
    });
  });
}

function isServicePort(
  servicePort: number,
  targetPort: number | string | undefined,
  port: number,
  name: string | undefined,
): boolean {
  if (targetPort === undefined || String(targetPort) === '0') return port === servicePort;
  return String(port) === String(targetPort) || name === targetPort;
}
