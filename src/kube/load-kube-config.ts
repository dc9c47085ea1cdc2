import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SluiceError } from '../lib/sluice-error.ts';
import { serviceAccountFolder } from './kube-connection.ts';
import type { ConfigSource, KubeConfigOptions, KubeConnection } from './kube-connection.ts';
import { connectWithLibrary } from './library-connection.ts';
import { connectStatically } from './static-connection.ts';

/**
 * Looks, in this order, at `kubeconfig`, `$KUBECONFIG`, the pod's service account, and `~/.kube/config`. Throws
 * `SluiceError` saying what was looked at. A kubeconfig with nothing but a token, password or certificate is read
 * here; everything else (exec plugins, OIDC, service accounts, several files) by the official client library,
 * whose loading takes long enough to matter to a command that prints one line.
 */
export async function loadKubeConfig(options: KubeConfigOptions): Promise<KubeConnection> {
  const source = findSource(options);
  const connection = connectStatically(source, options) ?? (await connectWithLibrary(source, options));
  return options.master === undefined || options.master === ''
    ? connection
    : { ...connection, server: options.master };
}

function findSource({ kubeconfig, env }: KubeConfigOptions): ConfigSource {
  if (kubeconfig !== undefined && kubeconfig !== '') return files([kubeconfig]);
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  // As kubectl: of several, those that do not exist are passed over.
  const existing = named.filter(exists);
  if (named.length > 0) return files(existing.length > 0 ? existing : named);
  if (env['KUBERNETES_SERVICE_HOST'] && exists(join(serviceAccountFolder, 'token')))
    return { kind: 'in-cluster' };
  const home = env['HOME'] ?? env['USERPROFILE'];
  const standard = home === undefined ? undefined : join(home, '.kube', 'config');
  if (standard !== undefined && exists(standard)) return files([standard]);
  throw new SluiceError(
    'No Kubernetes cluster is configured: KUBECONFIG is not set, ~/.kube/config does not exist and this is not a pod. ' +
      'Set KUBECONFIG, give --kubeconfig, or start a local cluster with `sluice local`.',
  );
}

function files([first, ...rest]: readonly string[]): ConfigSource {
  return { kind: 'files', paths: [first ?? '', ...rest] };
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
