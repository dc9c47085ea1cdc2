import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { endpointSlices, pods, services } from '@sluice/kube/objects/resources.ts';
import type { LocalStore, StoreEvent } from '../contracts.ts';
import type { ServiceName } from './cluster-name.ts';
import { list, readPod, record, text, type PodView } from './pod.ts';

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  /** Absent for addresses of hand-written EndpointSlices. */
  readonly pod?: string;
}

export interface ServiceEndpoints {
  /** Ready endpoints; `undefined`: no such Service, or it has no such port. */
  find(name: ServiceName, port: number): readonly Endpoint[] | undefined;
  hasService(name: ServiceName): boolean;
  /** The Service that owns a virtual address. */
  nameOf(clusterIp: string): ServiceName | undefined;
  /** Called when the pod at `ip` must not get new requests any more. */
  onLeave(listener: (ip: string) => void): () => void;
  close(): void;
}

/**
 * Finds endpoints by pods, not by EndpointSlices: a pod leaves in the call that marks it for deletion, before its
 * process gets a signal. Slices count for Services without a selector.
 */
export function createServiceEndpoints(store: LocalStore): ServiceEndpoints {
  const leaveListeners = new Set<(ip: string) => void>();
  const cache = new Map<string, readonly Endpoint[] | undefined>();
  const onPod = (event: StoreEvent): void => {
    cache.clear();
    const before = event.previous === undefined ? undefined : readPod(event.previous);
    const now = readPod(event.object);
    const gone = event.type === 'DELETED' || !now.ready;
    const ip = now.ip === '' ? (before?.ip ?? '') : now.ip;
    if (gone && ip !== '') for (const listener of leaveListeners) listener(ip);
  };
  const clear = (): void => cache.clear();
  const subscriptions = [
    store.subscribe(pods, onPod),
    store.subscribe(services, clear),
    store.subscribe(endpointSlices, clear),
  ];
  return {
    find(name, port) {
      const key = `${name.namespace}/${name.service}:${port}`;
      if (!cache.has(key)) cache.set(key, findEndpoints(store, name, port));
      return cache.get(key);
    },
    hasService: (name) =>
      store.get(services, { namespace: name.namespace, name: name.service }) !== undefined,
    nameOf: (clusterIp) => findByClusterIp(store, clusterIp),
    onLeave(listener) {
      leaveListeners.add(listener);
      return () => void leaveListeners.delete(listener);
    },
    close() {
      for (const unsubscribe of subscriptions) unsubscribe();
      leaveListeners.clear();
    },
  };
}

function findEndpoints(store: LocalStore, name: ServiceName, port: number): readonly Endpoint[] | undefined {
  const service = store.get(services, { namespace: name.namespace, name: name.service });
  if (service === undefined) return undefined;
  const spec = record(service['spec']);
  const servicePort = list(spec['ports'])
    .map(record)
    .find((candidate) => candidate['port'] === port);
  if (servicePort === undefined) return undefined;
  const selector = stringRecord(spec['selector']);
  if (Object.keys(selector).length === 0) return fromSlices(store, name, text(servicePort['name']));
  return store
    .list(pods, { namespace: name.namespace, labels: selector })
    .map(readPod)
    .flatMap((pod) => toEndpoint(pod, servicePort['targetPort'] ?? port));
}

function toEndpoint(pod: PodView, targetPort: unknown): readonly Endpoint[] {
  if (!pod.ready || pod.ip === '') return [];
  const named = pod.ports.find((candidate) => candidate.name === targetPort);
  const port = typeof targetPort === 'number' ? targetPort : named?.port;
  return port === undefined ? [] : [{ ip: pod.ip, port, pod: pod.name }];
}

function fromSlices(store: LocalStore, name: ServiceName, portName: string): readonly Endpoint[] {
  const labels = { 'kubernetes.io/service-name': name.service };
  return store.list(endpointSlices, { namespace: name.namespace, labels }).flatMap((slice) => {
    const port = list(slice['ports'])
      .map(record)
      .find((candidate) => text(candidate['name']) === portName);
    return port === undefined ? [] : addressesOf(slice).map((ip) => ({ ip, port: Number(port['port']) }));
  });
}

function addressesOf(slice: AnyKubeObject): readonly string[] {
  return list(slice['endpoints'])
    .map(record)
    .filter((endpoint) => record(endpoint['conditions'])['ready'] !== false)
    .flatMap((endpoint) => list(endpoint['addresses']).map(text));
}

function findByClusterIp(store: LocalStore, clusterIp: string): ServiceName | undefined {
  const service = store
    .list(services)
    .find((candidate) => record(candidate['spec'])['clusterIP'] === clusterIp);
  if (service === undefined) return undefined;
  return { namespace: service.metadata.namespace ?? 'default', service: service.metadata.name };
}

function stringRecord(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, item]) => [key, text(item)]));
}
