import { asList, asNumber, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { DiscoveredPort, ServicePort } from '../../ports/workload.ts';

/** An entry of a Service's `ports`; `undefined` says that the field must not be there. */
export interface RenderedPort {
  readonly name: string | undefined;
  readonly port: number;
  readonly targetPort: number | string;
  readonly appProtocol: string | undefined;
  readonly protocol: 'TCP';
  readonly nodePort?: number;
}

/** The port of the spec and the discovered ones. Existing node ports are kept, by name or number. */
export function renderPorts(
  service: ServicePort,
  discovered: readonly DiscoveredPort[],
  standing?: unknown,
): readonly RenderedPort[] {
  const before = asList(standing).map(asRecord);
  const byName = firstBy(before, (entry) => asText(entry['name']));
  const byNumber = firstBy(before, (entry) => entry['port']);
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
    const same = byName.get(port.name) ?? byNumber.get(port.port);
    const nodePort = asNumber(same?.['nodePort']);
    return { ...port, protocol: 'TCP', ...(nodePort === undefined ? {} : { nodePort }) };
  });
}

/**
 * The ports of a Service that existed before the Canary. A wanted port replaces the entry of its number and keeps its node
 * port, and its name unless the spec names the port. All other entries stay.
 */
export function mergePorts(
  wanted: readonly RenderedPort[],
  standing: unknown,
  { portName = '' }: ServicePort,
): readonly JsonRecord[] {
  const before = asList(standing).map(asRecord);
  const [own] = wanted;
  const byNumber = firstBy<unknown, RenderedPort>(wanted, ({ port }) => port);
  const merged = before.map((entry): JsonRecord => {
    const port = byNumber.get(entry['port']);
    if (port === undefined) return entry;
    const isNamed = port !== own || portName !== '';
    const name = isNamed ? port.name : asText(entry['name']);
    return { ...entry, ...port, name, appProtocol: port.appProtocol ?? entry['appProtocol'] };
  });
  const present = new Set(before.map((entry) => entry['port']));
  const added = wanted.filter(({ port }) => !present.has(port));
  return [...merged, ...added.map((port): JsonRecord => ({ ...port }))];
}

/** Looked up by key: the containers of a target may have thousands of ports. Of equal keys the first item counts. */
const firstBy = <Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, Item> =>
  new Map(items.toReversed().map((item) => [keyOf(item), item]));

/** The API server takes "9898" for a name and refuses it, so digits become a number. */
export function targetPortOf({ port, targetPort }: ServicePort): number | string {
  if (targetPort === undefined || targetPort === '' || String(targetPort) === '0') return port;
  return typeof targetPort === 'string' && /^\d+$/.test(targetPort) ? Number(targetPort) : targetPort;
}
