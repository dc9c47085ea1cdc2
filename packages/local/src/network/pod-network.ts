import type { LocalStore, PodNetwork } from '../contracts.ts';
import { createAddressPool } from './address-pool.ts';
import { lockAddressRange } from './address-range.ts';
import { createServiceEndpoints, type ServiceEndpoints } from './endpoints.ts';
import { startForwardProxy, type ForwardProxy } from './forward-proxy.ts';
import { proxyEnvironment } from './proxy-environment.ts';
import { createTargetResolver } from './resolve-target.ts';
import { createRoundRobin } from './round-robin.ts';
import { createUpstream, type Upstream } from './upstream.ts';

export interface LocalNetwork extends PodNetwork {
  /** The forward proxy's URL for callers in `namespace`; the proxy starts at the first call. */
  proxyUrl(namespace: string): Promise<string>;
  /** Shared with the gateway, so that both drop a leaving pod at once. */
  readonly endpoints: ServiceEndpoints;
  readonly upstream: Upstream;
  close(): Promise<void>;
}

/** Locks a range of loopback addresses. Proxies have `127.x.0.n`, pods `127.x.1.1` and up. */
export async function startPodNetwork(options: { readonly store: LocalStore }): Promise<LocalNetwork> {
  const range = await lockAddressRange();
  const podIps = createAddressPool({ prefix: range.prefix, purpose: 'pods' });
  const endpoints = createServiceEndpoints(options.store);
  const upstream = createUpstream();
  const stopDropping = endpoints.onLeave((ip) => upstream.drop(ip));
  const turns = createRoundRobin();
  const proxies = new Map<string, Promise<ForwardProxy>>();
  const proxyOf = (namespace: string): Promise<ForwardProxy> => {
    const known = proxies.get(namespace);
    if (known !== undefined) return known;
    // One address per namespace; beyond 250 of them they share addresses, never ports.
    const address = `${range.prefix}.0.${2 + (proxies.size % 250)}`;
    const resolve = createTargetResolver({ store: options.store, endpoints, turns }, namespace);
    proxies.set(namespace, startForwardProxy({ address, resolve, upstream }));
    return proxyOf(namespace);
  };
  return {
    allocatePodIp: () => podIps.allocate(),
    release: (ip) => podIps.release(ip),
    proxyUrl: async (namespace) => (await proxyOf(namespace)).url,
    environment: async (namespace) => proxyEnvironment((await proxyOf(namespace)).url),
    endpoints,
    upstream,
    async close() {
      stopDropping();
      endpoints.close();
      // A proxy that failed to start has reported its error to its caller.
      await Promise.allSettled([...proxies.values()].map(async (proxy) => (await proxy).close()));
      upstream.close();
      await range.close();
    },
  };
}
