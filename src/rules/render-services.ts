import type { Canary, CanaryService } from '../api/canary.ts';
import type { AnyKubeObject } from '../api/kube-object.ts';
import { services } from '../api/resources.ts';
import { asList, asNumber, asRecord, asText, asTextMap } from '../lib/json-read.ts';
import type { ReadObject, RouteObject } from '../ports/router.ts';
import type { DiscoveredPort, SelectorLabel } from '../ports/workload.ts';
import { namesOf } from './names.ts';
import { toolkitAnnotations } from './object-keys.ts';
import { isMadeFor, ownersOf } from './ownership.ts';
import { serviceOf } from './service-spec.ts';

/**
 * The ClusterIP services of a canary, in the order they are written: `A-canary`, `A-primary` and, last, the
 * apex `A`, which sends to the primary. To be compared with `patchTo` (lib/merge.ts): a key that is `undefined`
 * is one to take away. A service that others own keeps its metadata and its type; ours gets exactly the labels
 * and annotations of the spec, `unmanagedMetadata` excepted.
 */
export function renderServices(
  canary: Canary,
  selector: SelectorLabel,
  ports: readonly DiscoveredPort[],
  read: ReadObject,
): readonly RouteObject[] {
  const service = serviceOf(canary);
  const names = namesOf(canary);
  const render = (name: string, value: string, metadata: CustomMetadata): RouteObject => {
    const ref = { ...namespaceOf(canary), name };
    const wish = { canary, name, label: { key: selector.key, value }, ports, metadata };
    return { resource: services, object: renderService(wish, read(services, ref)) };
  };
  return [
    render(names.canaryService, selector.canaryValue, service.canary),
    render(names.primaryService, selector.primaryValue, service.primary),
    render(names.apex, selector.primaryValue, service.apex),
  ];
}

type CustomMetadata = CanaryService['apex'];

interface ServiceWish {
  readonly canary: Canary;
  readonly name: string;
  readonly label: { readonly key: string; readonly value: string };
  readonly ports: readonly DiscoveredPort[];
  readonly metadata: CustomMetadata;
}

function renderService(wish: ServiceWish, existing: AnyKubeObject | undefined): AnyKubeObject {
  const ownerReferences = ownersOf(wish.canary, existing);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...namespaceOf(wish.canary),
      name: wish.name,
      ...renderMetadata(wish, existing),
      ...(ownerReferences && { ownerReferences }),
    },
    spec: renderSpec(wish, existing),
  };
}

function namespaceOf(canary: Canary): { readonly namespace?: string } {
  const { namespace } = canary.metadata;
  return namespace === undefined ? {} : { namespace };
}

function renderMetadata(wish: ServiceWish, existing: AnyKubeObject | undefined) {
  if (existing !== undefined && !isMadeFor(wish.canary, existing)) return { annotations: toolkitAnnotations };
  const unmanaged = serviceOf(wish.canary).unmanagedMetadata;
  const labels = { ...wish.metadata?.labels, [wish.label.key]: wish.name };
  const annotations = { ...wish.metadata?.annotations, ...toolkitAnnotations };
  return {
    labels: exactly(labels, existing?.metadata.labels, unmanaged?.labels),
    annotations: exactly(annotations, existing?.metadata.annotations, unmanaged?.annotations),
  };
}

/** All of `wanted`, and `undefined` (take it away) for what else stands there. */
function exactly(
  wanted: Readonly<Record<string, string>>,
  existing: Readonly<Record<string, string>> = {},
  unmanaged: readonly string[] = [],
): Readonly<Record<string, string>> {
  const extra = Object.keys(existing).filter(
    (key) => !Object.hasOwn(wanted, key) && !unmanaged.includes(key),
  );
  const removals: Record<string, string | undefined> = Object.fromEntries(
    extra.map((key) => [key, undefined]),
  );
  // The type of metadata knows no removals; patchTo does.
  return { ...(removals as Record<string, string>), ...wanted };
}

function renderSpec(wish: ServiceWish, existing: AnyKubeObject | undefined) {
  const service = serviceOf(wish.canary);
  const current = asRecord(existing?.['spec']);
  const ports = renderPorts(service, wish.ports, nodePortsOf(current['ports']));
  const selector = exactly({ [wish.label.key]: wish.label.value }, asTextMap(current['selector']));
  if (existing !== undefined && !isMadeFor(wish.canary, existing)) return { ports, selector };
  return {
    ports,
    selector,
    ...(service.trafficDistribution ? { trafficDistribution: service.trafficDistribution } : {}),
    // Type and clusterIP are decided at birth: the API server refuses to change the address of a service.
    ...(existing === undefined ? { type: 'ClusterIP', ...(service.headless && { clusterIP: 'None' }) } : {}),
  };
}

function renderPorts(
  service: CanaryService,
  discovered: readonly DiscoveredPort[],
  nodePorts: ReadonlyMap<string, number>,
) {
  const own = {
    name: service.portName || 'http',
    port: service.port,
    targetPort: targetPortOf(service),
    appProtocol: service.appProtocol || undefined,
  };
  const others = discovered.map(({ name, port }) => ({
    name,
    port,
    targetPort: port,
    appProtocol: undefined,
  }));
  return [own, ...others].map((port) => {
    const nodePort = nodePorts.get(port.name);
    return { ...port, protocol: 'TCP', ...(nodePort === undefined ? {} : { nodePort }) };
  });
}

/** The API server takes "9898" for a name and refuses it, so digits become a number. */
function targetPortOf(service: CanaryService): number | string {
  const given = service.targetPort;
  if (given === undefined || given === '' || String(given) === '0') return service.port;
  return typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
}

function nodePortsOf(ports: unknown): ReadonlyMap<string, number> {
  const entries = asList(ports).flatMap((item): [string, number][] => {
    const nodePort = asNumber(asRecord(item)['nodePort']);
    return nodePort === undefined ? [] : [[asText(asRecord(item)['name']) ?? '', nodePort]];
  });
  return new Map(entries);
}
