import { Agent, type Dispatcher, EnvHttpProxyAgent, interceptors, ProxyAgent } from 'undici';
import type { HeyOptions } from './hey-options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Creates connections for a load test: direct, through `-x`, or through the environment's proxy, which resolves
 * the names of the cluster. Certificates are not checked, as in hey.
 */
export function createLoadDispatcher(options: HeyOptions, env: Environment): Dispatcher {
  const tls = { rejectUnauthorized: false };
  const common = { connections: options.workers, connect: tls, requestTls: tls, proxyTls: tls } as const;
  const dispatcher = chooseDispatcher(options, env, common);
  if (!options.followRedirects) return dispatcher;
  return dispatcher.compose(interceptors.redirect({ maxRedirections: 10, throwOnMaxRedirect: true }));
}

interface Common {
  readonly connections: number;
  readonly connect: { readonly rejectUnauthorized: boolean };
  readonly requestTls: { readonly rejectUnauthorized: boolean };
  readonly proxyTls: { readonly rejectUnauthorized: boolean };
}

function chooseDispatcher(options: HeyOptions, env: Environment, common: Common): Dispatcher {
  if (options.proxy !== '') return new ProxyAgent({ uri: options.proxy, ...common });
  const httpProxy = env['http_proxy'] ?? env['HTTP_PROXY'] ?? '';
  const httpsProxy = env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '';
  if (httpProxy === '' && httpsProxy === '') return new Agent(common);
  const noProxy = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  return new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy, ...common });
}
