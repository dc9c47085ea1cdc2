import { dirname, resolve } from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { SluiceError } from '../lib/sluice-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { TlsOptions } from '../ports/http.ts';
import { connectionEnvironment } from './connection-environment.ts';
import { readConfigFile } from './kube-connection.ts';
import type { ConfigSource, KubeConfigOptions, KubeConnection } from './kube-connection.ts';

const tokenLastsMs = 10_000;

const Text = Type.Optional(Type.String());
const Cluster = Type.Object({
  server: Type.String(),
  'certificate-authority': Text,
  'certificate-authority-data': Text,
  'insecure-skip-tls-verify': Type.Optional(Type.Boolean()),
  'tls-server-name': Text,
  'proxy-url': Text,
});
const User = Type.Object({
  token: Text,
  tokenFile: Text,
  username: Text,
  password: Text,
  'client-certificate': Text,
  'client-certificate-data': Text,
  'client-key': Text,
  'client-key-data': Text,
});
const Config = Type.Object({
  'current-context': Text,
  clusters: Type.Array(Type.Object({ name: Type.String(), cluster: Cluster })),
  contexts: Type.Array(
    Type.Object({
      name: Type.String(),
      context: Type.Object({ cluster: Type.String(), user: Text, namespace: Text }),
    }),
  ),
  users: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), user: Type.Union([User, Type.Null()]) })),
  ),
});

type User = Type.Static<typeof User>;
type Cluster = Type.Static<typeof Cluster>;

/** Undefined when the kubeconfig needs more than this file reads: other ways to log in, several files. */
export function connectStatically(
  source: ConfigSource,
  options: KubeConfigOptions,
): KubeConnection | undefined {
  if (source.kind !== 'files' || source.paths.length > 1) return undefined;
  const [path] = source.paths;
  const config = parseConfig(path);
  const contextName = options.context ?? config['current-context'] ?? '';
  const context = config.contexts.find(({ name }) => name === contextName)?.context;
  const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  if (context === undefined || cluster === undefined) {
    throw new SluiceError(
      `${path} has no context "${contextName}" with a cluster; see kubectl config get-contexts`,
    );
  }
  const user = config.users?.find(({ name }) => name === context.user)?.user ?? {};
  if (Object.keys(user).some((key) => !(key in User.properties))) return undefined;
  const folder = dirname(path);
  const authorization = createAuthorization(user, folder, options.clock);
  return {
    server: cluster.server,
    namespace: context.namespace,
    source: path,
    http: {
      proxyFromEnvironment: true,
      env: connectionEnvironment(options.env, cluster['proxy-url']),
      tls: tlsOf(cluster, user, folder),
    },
    readTls: async () => tlsOf(cluster, user, folder),
    authorize(headers) {
      // As kubectl: no token over plain http.
      const proof = cluster.server.startsWith('http:') ? undefined : authorization();
      return Promise.resolve(proof === undefined ? { ...headers } : { ...headers, authorization: proof });
    },
  };
}

function parseConfig(path: string): Type.Static<typeof Config> {
  let content: unknown;
  try {
    content = parse(readConfigFile(path).toString('utf8'));
  } catch (cause) {
    throw cause instanceof SluiceError ? cause : new SluiceError(`${path} is not YAML`, { cause });
  }
  if (Value.Check(Config, content)) return content;
  const [first] = Value.Errors(Config, content);
  const place = first === undefined ? '' : `: ${first.instancePath} ${first.message}`;
  throw new SluiceError(`${path} is not a kubeconfig${place}`);
}

/** A token file is rotated by others: read again every so often. A token beside it wins, as for kubectl's `token`. */
function createAuthorization(user: User, folder: string, clock: Clock): () => string | undefined {
  if (user.token !== undefined) return () => `Bearer ${user.token}`;
  if (user.tokenFile !== undefined) return createTokenReader(resolve(folder, user.tokenFile), clock);
  if (user.username === undefined) return () => undefined;
  const basic = Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64');
  return () => `Basic ${basic}`;
}

function createTokenReader(path: string, clock: Clock): () => string {
  let readAt = -Infinity;
  let header = '';
  return () => {
    if (clock.now() - readAt > tokenLastsMs) {
      header = readToken(path, header);
      readAt = clock.now();
    }
    return header;
  };
}

/** In the middle of a rotation there may be no file, or an empty one: what was known is better than nothing. */
function readToken(path: string, known: string): string {
  try {
    const token = readConfigFile(path).toString('utf8').trim();
    return token === '' && known !== '' ? known : `Bearer ${token}`;
  } catch (error) {
    if (known === '') throw error;
    return known;
  }
}

function tlsOf(cluster: Cluster, user: User, folder: string): TlsOptions {
  const ca = pem(cluster['certificate-authority-data'], cluster['certificate-authority'], folder);
  const cert = pem(user['client-certificate-data'], user['client-certificate'], folder);
  const key = pem(user['client-key-data'], user['client-key'], folder);
  const servername = cluster['tls-server-name'];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { rejectUnauthorized: false } : {}),
  };
}

/** Data wins over the file; relative paths count from the kubeconfig. */
function pem(data: string | undefined, path: string | undefined, folder: string): Buffer | undefined {
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64');
  return path === undefined || path === '' ? undefined : readConfigFile(resolve(folder, path));
}
