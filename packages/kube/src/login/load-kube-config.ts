import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { connectInCluster, serviceAccountFile } from './in-cluster-connection.ts';
import type { KubeConfigOptions, KubeConnection } from './kube-connection.ts';
import { connectWithLibrary } from './library-connection.ts';
import { connectStatically } from './static-connection.ts';

/**
 * Uses the first of `kubeconfig`, `$KUBECONFIG`, the pod's service account, and `~/.kube/config`. Throws `SluiceError`
 * that lists these. A service account, and a kubeconfig with nothing but a token, password or certificate, are read
 * here. Exec plugins, OIDC and several files need the official client library, which is loaded only then: it takes a
 * quarter of a second and 20 MB.
 */
export async function loadKubeConfig(options: KubeConfigOptions): Promise<KubeConnection> {
  const connection = await connectTo(findSource(options), options);
  return options.master === undefined || options.master === ''
    ? connection
    : { ...connection, server: options.master };
}

/** Paths of kubeconfigs, or the pod's own service account. */
type ConfigSource = 'in-cluster' | readonly string[];

async function connectTo(source: ConfigSource, options: KubeConfigOptions): Promise<KubeConnection> {
  if (source === 'in-cluster') return connectInCluster(options);
  const [path, ...more] = source;
  const connection =
    path === undefined || more.length > 0 ? undefined : await connectStatically(path, options);
  if (connection !== undefined) return connection;
  // guard: completion-logs-in-nowhere
  if (options.mayLogIn === false)
    throw new SluiceError(`${source.join(', ')} needs a login, or several files are to be merged`);
  return connectWithLibrary(source, options);
}

function findSource(options: KubeConfigOptions): ConfigSource {
  const { kubeconfig, env } = options;
  if (kubeconfig !== undefined && kubeconfig !== '') return [kubeconfig];
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  // kubectl also skips the paths that do not exist.
  const existing = named.filter(exists);
  if (named.length > 0) return existing.length > 0 ? existing : named;
  const token = serviceAccountFile('token', options);
  const isPod = Boolean(env['KUBERNETES_SERVICE_HOST']);
  if (isPod && exists(token.path)) return 'in-cluster';
  const home = env['HOME'] ?? env['USERPROFILE'];
  const standard = home === undefined ? undefined : join(home, '.kube', 'config');
  if (standard !== undefined && exists(standard)) return [standard];
  const why = isPod
    ? `${token.name} has no token at ${token.path}. Set automountServiceAccountToken: true for the pod, or give --kubeconfig.`
    : 'this is not a pod. Set KUBECONFIG, give --kubeconfig, or start a local cluster with `sluice local`.';
  throw new SluiceError(
    `No Kubernetes cluster is configured: KUBECONFIG is not set, ~/.kube/config does not exist, and ${why}`,
  );
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
