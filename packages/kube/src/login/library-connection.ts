import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { TlsOptions } from '@sluice/lib/ports/http.ts';
import { connectionEnvironment } from './connection-environment.ts';
import type { KubeConfigOptions, KubeConnection } from './kube-connection.ts';

/** Time between reads: the library reads certificate files at every call. Tokens are valid for far longer. */
const credentialsLastMs = 10_000;

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** Logs in with the official client library, without its generated API. */
export async function connectWithLibrary(
  paths: readonly string[],
  options: KubeConfigOptions,
): Promise<KubeConnection> {
  const library = await import('@kubernetes/client-node');
  const config = new library.KubeConfig();
  for (const path of paths) {
    const more = new library.KubeConfig();
    loadFile(more, path);
    merge(config, more);
  }
  if (options.context !== undefined) config.setCurrentContext(options.context);
  tellExecPlugin(config);
  const cluster = config.getCurrentCluster();
  const place = paths.join(', ');
  if (cluster === null) throw new SluiceError(`${place}: the current context has no cluster`);

  const first = await readCredentials(config);
  let known = { at: options.clock.now(), credentials: first };
  const refresh = async (): Promise<Credentials> => {
    const now = options.clock.now();
    if (now - known.at > credentialsLastMs) known = { at: now, credentials: await readCredentials(config) };
    return known.credentials;
  };
  const user = config.getCurrentUser()?.name;
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    ...(user === undefined ? {} : { user }),
    source: place,
    http: {
      proxyFromEnvironment: true,
      env: connectionEnvironment(options.env, cluster.proxyUrl, `cluster "${cluster.name}" in ${place}`),
      tls: first.tls,
    },
    readTls: async () => (await refresh()).tls,
    authorize: async (headers) => ({ ...headers, ...(await refresh()).headers }),
  };
}

function loadFile(config: KubeConfig, path: string): void {
  try {
    config.loadFromFile(path);
  } catch (error) {
    // Errors of the library's parser quote the file, tokens included; errors of the system have a code.
    const cause = error instanceof Error && 'code' in error ? error : undefined;
    throw new SluiceError(`${path} cannot be read as a kubeconfig`, { cause });
  }
}

/** Merges as kubectl does: the first of equal names and the first current context win. The library refuses them. */
function merge(config: KubeConfig, more: KubeConfig): void {
  const unknown = <Named extends { readonly name: string }>(known: Named[] = [], found: Named[] = []) =>
    found.filter(({ name }) => !known.some((one) => one.name === name));
  more.clusters = unknown(config.clusters, more.clusters);
  more.users = unknown(config.users, more.users);
  more.contexts = unknown(config.contexts, more.contexts);
  config.mergeConfig(more, Boolean(config.currentContext));
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

/** Runs the exec plugin or refreshes the OIDC token, whichever the user has. */
async function readCredentials(config: KubeConfig): Promise<Credentials> {
  const request: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(request);
  } catch (error) {
    // The error quotes a plugin's answer that is not JSON, which may be a token.
    const cause = error instanceof SyntaxError ? new Error('the answer is not JSON') : error;
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
