import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { TlsOptions } from '@sluice/lib/ports/http.ts';
import { checkPem, createTokenReader, readCredential } from './credential-files.ts';
import type { CredentialFile } from './credential-files.ts';
import type { KubeConfigOptions, KubeConnection } from './kube-connection.ts';

const kubeletFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A file of the pod's service account, which the kubelet writes and replaces: `token`, `ca.crt`, `namespace`. */
export function serviceAccountFile(
  name: string,
  { serviceAccountFolder = kubeletFolder }: Pick<KubeConfigOptions, 'serviceAccountFolder'>,
): CredentialFile {
  return { path: join(serviceAccountFolder, name), name: "the pod's service account" };
}

/** Connects as the pod's service account. Throws `SluiceError` when one of its files cannot be read. */
export function connectInCluster(options: KubeConfigOptions): KubeConnection {
  const { env, clock } = options;
  const authorization = createTokenReader(serviceAccountFile('token', options), clock);
  authorization();
  const ca = serviceAccountFile('ca.crt', options);
  const readTls = (): TlsOptions => ({ ca: checkPem(readCredential(ca), `${ca.name}: the file ${ca.path}`) });
  return {
    server: serverOf(env),
    namespace: readNamespace(options),
    source: 'in-cluster',
    http: { proxyFromEnvironment: true, env, tls: readTls() },
    readTls: async () => readTls(),
    authorize: async (headers) => ({ ...headers, authorization: authorization() }),
  };
}

function serverOf(env: KubeConfigOptions['env']): string {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] || '443';
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  if (URL.canParse(server)) return server;
  throw new SluiceError(
    `KUBERNETES_SERVICE_HOST "${host}" and KUBERNETES_SERVICE_PORT "${port}" are no address of an API server`,
  );
}

/** The namespace is only a default for commands; a custom volume may leave its file out. */
function readNamespace(options: KubeConfigOptions): string | undefined {
  try {
    return readCredential(serviceAccountFile('namespace', options)).toString('utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
