import { dirname, resolve } from 'node:path';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { TlsOptions } from '@sluice/lib/ports/http.ts';
import { connectionEnvironment } from './connection-environment.ts';
import { checkPem, checkToken, createTokenReader, readCredential } from './credential-files.ts';
import { readKubeconfig } from './kubeconfig-file.ts';
import type { KubeconfigContext, KubeconfigEntry } from './kubeconfig-file.ts';
import type { KubeConfigOptions, KubeConnection } from './kube-connection.ts';

/** Fields of a user that this file reads; a user with any other field logs in by the library. */
const staticKeys = new Set([
  'token',
  'tokenFile',
  'username',
  'password',
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
]);

/** Connects by token, password or certificate; undefined when the user logs in by something else. */
export async function connectStatically(
  path: string,
  options: KubeConfigOptions,
): Promise<KubeConnection | undefined> {
  const context = await readKubeconfig(path, options.context);
  const { cluster, user, userName, namespace } = context;
  if (user.keys.some((key) => !staticKeys.has(key))) return undefined;
  const server = cluster.text('server');
  if (server === undefined) throw new SluiceError(`${cluster.name} has no server`);
  const folder = dirname(path);
  const authorization = createAuthorization(user, folder, options.clock);
  return {
    server,
    namespace,
    ...(userName === '' ? {} : { user: userName }),
    source: path,
    http: {
      proxyFromEnvironment: true,
      env: connectionEnvironment(options.env, cluster.text('proxy-url'), cluster.name),
      tls: tlsOf(context, folder),
    },
    readTls: async () => tlsOf(context, folder),
    async authorize(headers) {
      // kubectl also sends no token over plain http.
      const proof = server.startsWith('http:') ? undefined : authorization();
      return proof === undefined ? { ...headers } : { ...headers, authorization: proof };
    },
  };
}

/** The token file wins, and a token beside it is sent until the file can be read, as with kubectl. */
function createAuthorization(user: KubeconfigEntry, folder: string, clock: Clock): () => string | undefined {
  const token = user.text('token');
  const tokenFile = user.text('tokenFile');
  if (token !== undefined) checkToken(token, `token of ${user.name}`);
  if (tokenFile !== undefined) {
    const file = { path: resolve(folder, tokenFile), name: `tokenFile of ${user.name}` };
    return createTokenReader(file, clock, token);
  }
  if (token !== undefined) return () => `Bearer ${token}`;
  const username = user.text('username');
  if (username === undefined) return () => undefined;
  const basic = Buffer.from(`${username}:${user.text('password') ?? ''}`).toString('base64');
  return () => `Basic ${basic}`;
}

function tlsOf({ cluster, user }: KubeconfigContext, folder: string): TlsOptions {
  const ca = readPem(cluster, 'certificate-authority', folder);
  const cert = readPem(user, 'client-certificate', folder);
  const key = readPem(user, 'client-key', folder);
  if ((cert === undefined) !== (key === undefined)) {
    const lacking = cert === undefined ? 'client-certificate' : 'client-key';
    throw new SluiceError(
      `${user.name} has no ${lacking}; a certificate needs its key, and a key its certificate`,
    );
  }
  const servername = cluster.text('tls-server-name');
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(cluster.flag('insecure-skip-tls-verify') ? { rejectUnauthorized: false } : {}),
  };
}

/** Data wins over the file; relative paths count from the kubeconfig. */
function readPem(entry: KubeconfigEntry, key: string, folder: string): Buffer | undefined {
  const data = entry.text(`${key}-data`);
  if (data !== undefined) return checkPem(Buffer.from(data, 'base64'), `${key}-data of ${entry.name}`);
  const path = entry.text(key);
  if (path === undefined) return undefined;
  const file = { path: resolve(folder, path), name: `${key} of ${entry.name}` };
  return checkPem(readCredential(file), `${file.name}: the file ${file.path}`);
}
