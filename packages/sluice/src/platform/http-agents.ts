import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { TlsOptions } from '@sluice/lib/ports/http.ts';

export interface HttpAgentOptions {
  /** Follow `http_proxy`, `https_proxy` and `no_proxy` (either case; lower case wins) of `env`. */
  readonly proxyFromEnvironment: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tls?: TlsOptions;
  /** More requests than this to one origin wait; default 1024. Every open watch holds one. */
  readonly maxConnectionsPerOrigin?: number;
}

/** Pools of connections, one for each of the two protocols. */
export interface HttpAgents {
  of(url: URL): Agent;
  /** Ends every connection, also those in use. */
  destroy(): void;
}

/**
 * An idle connection is closed after this, or sooner when the server announces a shorter time. A proxy has the same
 * time to open a tunnel.
 */
const idleMs = 10_000;

export function createHttpAgents(options: HttpAgentOptions, verify: boolean): HttpAgents {
  const pool = {
    keepAlive: true,
    timeout: idleMs,
    maxSockets: options.maxConnectionsPerOrigin ?? 1024,
    ...(options.proxyFromEnvironment ? { proxyEnv: proxiesOf(options.env) } : {}),
  };
  const plain = new Agent(pool);
  const secure = new SecureAgent({ ...pool, ...options.tls, rejectUnauthorized: verify });
  return {
    of: ({ protocol }) => (protocol === 'https:' ? secure : plain),
    destroy() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Lower case wins, an empty one too: it switches the proxy off. */
const proxiesOf = (env: HttpAgentOptions['env']) => ({
  HTTP_PROXY: env['http_proxy'] ?? env['HTTP_PROXY'],
  HTTPS_PROXY: env['https_proxy'] ?? env['HTTPS_PROXY'],
  NO_PROXY: env['no_proxy'] ?? env['NO_PROXY'],
});
