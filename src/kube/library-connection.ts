import { join } from 'node:path';
import { isIPv6 } from 'node:net';
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { SluiceError } from '../lib/sluice-error.ts';
import type { TlsOptions } from '../ports/http.ts';
import { connectionEnvironment } from './connection-environment.ts';
import { readConfigFile, serviceAccountFolder } from './kube-connection.ts';
import type { ConfigSource, KubeConfigOptions, KubeConnection } from './kube-connection.ts';

/** The library reads certificate files at every question; tokens are valid far longer than this. */
const credentialsLastMs = 10_000;

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** Everything the official client library knows about logging in, without its generated API. */
export async function connectWithLibrary(
  source: ConfigSource,
  options: KubeConfigOptions,
): Promise<KubeConnection> {
  const library = await import('@kubernetes/client-node');
  const config = new library.KubeConfig();
  if (source.kind === 'in-cluster') loadServiceAccount(config, options);
  else loadFiles(config, source.paths, () => new library.KubeConfig());
  if (options.context !== undefined) config.setCurrentContext(options.context);
  tellExecPlugin(config);
  const cluster = config.getCurrentCluster();
  const place = source.kind === 'in-cluster' ? 'in-cluster' : source.paths.join(', ');
  if (cluster === null) throw new SluiceError(`${place}: the current context has no cluster`);

  const first = await readCredentials(config);
  let known = { at: options.clock.now(), credentials: first };
  const refresh = async (): Promise<Credentials> => {
    const now = options.clock.now();
    if (now - known.at > credentialsLastMs) known = { at: now, credentials: await readCredentials(config) };
    return known.credentials;
  };
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    source: place,
    http: {
      proxyFromEnvironment: true,
      env: connectionEnvironment(options.env, cluster.proxyUrl),
      tls: first.tls,
    },
    readTls: async () => (await refresh()).tls,
    authorize: async (headers) => ({ ...headers, ...(await refresh()).headers }),
  };
}

function loadFiles(config: KubeConfig, [first, ...rest]: readonly string[], create: () => KubeConfig): void {
  config.loadFromFile(first ?? '');
  for (const path of rest) {
    const more = create();
    more.loadFromFile(path);
    // Whoever comes first names the current context.
    config.mergeConfig(more, true);
  }
}

/** Plugins of the v1 protocol refuse to run without this variable, which the library does not set. */
function tellExecPlugin(config: KubeConfig): void {
  const exec: unknown = config.getCurrentUser()?.exec;
  if (typeof exec !== 'object' || exec === null) return;
  const apiVersion = 'apiVersion' in exec ? exec.apiVersion : 'client.authentication.k8s.io/v1';
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const told: unknown[] = 'env' in exec && Array.isArray(exec.env) ? exec.env : [];
  Object.assign(exec, { env: [...told, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] });
}

/** As the library's own `loadFromCluster`, which reads the process's environment. */
function loadServiceAccount(config: KubeConfig, { env }: KubeConfigOptions): void {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const namespace = readConfigFile(join(serviceAccountFolder, 'namespace')).toString('utf8').trim();
  config.loadFromOptions({
    clusters: [
      {
        name: 'in-cluster',
        server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
        caFile: join(serviceAccountFolder, 'ca.crt'),
        skipTLSVerify: false,
      },
    ],
    users: [
      {
        name: 'in-cluster',
        authProvider: { name: 'tokenFile', config: { tokenFile: join(serviceAccountFolder, 'token') } },
      },
    ],
    contexts: [{ name: 'in-cluster', cluster: 'in-cluster', user: 'in-cluster', namespace }],
    currentContext: 'in-cluster',
  });
}

/** Runs the exec plugin, refreshes the OIDC token or reads the token file, whichever the user has. */
async function readCredentials(config: KubeConfig): Promise<Credentials> {
  const request: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(request);
  } catch (cause) {
    throw new SluiceError('The credentials of the kubeconfig cannot be had; does `kubectl get ns` work?', {
      cause,
      retryable: true,
    });
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = String(value);
  }
  if (typeof request.auth === 'string') {
    headers['authorization'] ??= `Basic ${Buffer.from(request.auth).toString('base64')}`;
  }
  return { headers, tls: tlsOf(request) };
}

function tlsOf(request: RequestOptions): TlsOptions {
  const pem = (value: unknown): string | Buffer | undefined =>
    typeof value === 'string' || Buffer.isBuffer(value) ? value : undefined;
  const [ca, cert, key] = [pem(request.ca), pem(request.cert), pem(request.key)];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(request.servername === undefined ? {} : { servername: request.servername }),
    ...(request.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: request.rejectUnauthorized }),
  };
}
