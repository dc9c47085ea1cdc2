import { isIP } from 'node:net';
import { namespaces } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '../contracts.ts';
import { isClusterOnlyName, parseClusterName, type ServiceName } from './cluster-name.ts';
import type { Endpoint, ServiceEndpoints } from './endpoints.ts';
import type { RoundRobin } from './round-robin.ts';

export type Target =
  | { readonly kind: 'cluster' | 'outside'; readonly candidates: () => readonly Endpoint[] }
  | { readonly kind: 'unresolved'; readonly message: string };

/** Resolves `host:port` for a caller in one namespace. */
export type ResolveTarget = (host: string, port: number) => Target;

export function createTargetResolver(
  deps: { readonly store: LocalStore; readonly endpoints: ServiceEndpoints; readonly turns: RoundRobin },
  namespace: string,
): ResolveTarget {
  const toService = (name: ServiceName, port: number): Target => {
    if (deps.endpoints.find(name, port) === undefined) {
      const message = `no Service ${name.namespace}/${name.service} with port ${port} in this cluster`;
      return { kind: 'unresolved', message };
    }
    const key = `${name.namespace}/${name.service}:${port}`;
    const order = (): readonly Endpoint[] => deps.turns.order(key, deps.endpoints.find(name, port) ?? []);
    return { kind: 'cluster', candidates: order };
  };
  return (host, port) => {
    const name = isIP(host) === 0 ? parseClusterName(host, namespace) : deps.endpoints.nameOf(host);
    if (host === 'localhost' || name === undefined) return outside(host, port);
    const known = deps.store.get(namespaces, { name: name.namespace }) !== undefined;
    if (deps.endpoints.hasService(name) || known || isClusterOnlyName(host)) return toService(name, port);
    return outside(host, port);
  };
}

function outside(host: string, port: number): Target {
  const endpoint = { ip: host.replace(/^\[|\]$/g, ''), port };
  return { kind: 'outside', candidates: () => [endpoint] };
}
