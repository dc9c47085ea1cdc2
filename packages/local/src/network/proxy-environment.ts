/**
 * Loopback is reached directly. Each client reads `no_proxy` in its own way: curl and Go know CIDR, Node's own proxy
 * support knows ranges, Python's urllib and undici neither. Addresses of an entry that a client does not know go
 * through the proxy, which knows pod addresses, too.
 */
const noProxy = '127.0.0.1,localhost,::1,127.0.0.0/8,127.0.0.0-127.255.255.255';

/** Variables that let a process reach Services by name. None is for https, which uses the real network's settings. */
export function proxyEnvironment(proxyUrl: string): Readonly<Record<string, string>> {
  return {
    http_proxy: proxyUrl,
    HTTP_PROXY: proxyUrl,
    no_proxy: noProxy,
    NO_PROXY: noProxy,
    NODE_USE_ENV_PROXY: '1',
  };
}
