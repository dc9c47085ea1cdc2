import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { endProcess, guardedFolder, guardedSpawn } from './guarded-spawn.ts';

export interface KubeApiServerBinaries {
  readonly apiServer: string;
  readonly etcd: string;
}

export interface KubeApiServerOptions {
  /** Address that it listens on and advertises; default loopback. */
  readonly host?: string;
  /** Flags beyond those that every test needs, or in the place of one: an audit log, another authorizer. */
  readonly flags?: readonly string[];
  /** Lines of the token file beside the administrator's: `token,user,uid,"group"`. */
  readonly tokens?: readonly string[];
}

export interface RunningKubeApiServer {
  readonly url: string;
  readonly port: number;
  /** Of a cluster administrator. The certificate is self-signed. */
  readonly token: string;
  readonly etcdUrl: string;
  /** Ends the API server without a word; etcd, and so all that it stored, stays. */
  kill(): Promise<void>;
  /** Starts it again at the same address; resolves when it is ready. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** Undefined unless KUBEBUILDER_ASSETS names a folder with both programs, as for envtest. */
export function kubeApiServerBinaries(
  env: Readonly<Record<string, string | undefined>>,
): KubeApiServerBinaries | undefined {
  const folder = env['KUBEBUILDER_ASSETS'];
  if (folder === undefined || folder === '') return undefined;
  const binaries = { apiServer: join(folder, 'kube-apiserver'), etcd: join(folder, 'etcd') };
  return existsSync(binaries.apiServer) && existsSync(binaries.etcd) ? binaries : undefined;
}

/** A control plane of nothing but etcd and kube-apiserver: no controllers, no nodes. */
export async function startKubeApiServer(
  binaries: KubeApiServerBinaries,
  options: KubeApiServerOptions = {},
): Promise<RunningKubeApiServer> {
  const { host = '127.0.0.1' } = options;
  const folder = guardedFolder('apiserver');
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const token = randomUUID();
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const url = `https://${host}:${port}`;
  const flags = apiServerFlags(folder, { etcdUrl, host, port, token, options });
  const etcd = guardedSpawn(binaries.etcd, etcdFlags(folder, etcdUrl, peerPort));
  let apiServer: ChildProcess | undefined;
  const revive = async (): Promise<void> => {
    apiServer = guardedSpawn(binaries.apiServer, flags);
    await untilReady(url, token, [etcd, apiServer]);
  };
  const stop = async (): Promise<void> => {
    if (apiServer !== undefined) await endProcess(apiServer);
    await endProcess(etcd);
  };
  try {
    await revive();
  } catch (error) {
    await stop();
    throw error;
  }
  const kill = async (): Promise<void> => {
    if (apiServer !== undefined) await endProcess(apiServer, 'SIGKILL');
  };
  return { url, port, token, etcdUrl, kill, revive, stop };
}

function etcdFlags(folder: string, url: string, peerPort: number): string[] {
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync=true',
  ];
}

interface Place {
  readonly etcdUrl: string;
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly options: KubeApiServerOptions;
}

function apiServerFlags(folder: string, { etcdUrl, host, port, token, options }: Place): string[] {
  const keyFile = join(folder, 'service-account.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const tokenFile = join(folder, 'tokens.csv');
  const tokens = [`${token},admin,admin,"system:masters"`, ...(options.tokens ?? [])];
  writeFileSync(tokenFile, `${tokens.join('\n')}\n`, { mode: 0o600 });
  const own = options.flags ?? [];
  const isTaken = (flag: string): boolean => own.some((other) => other.split('=')[0] === flag.split('=')[0]);
  const flags = [
    `--etcd-servers=${etcdUrl}`,
    `--secure-port=${port}`,
    `--bind-address=${host}`,
    `--advertise-address=${host}`,
    '--endpoint-reconciler-type=none',
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${tokenFile}`,
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keyFile}`,
    `--service-account-signing-key-file=${keyFile}`,
  ];
  // A list that is given twice would be both.
  return [...flags.filter((flag) => !isTaken(flag)), ...own];
}

async function untilReady(url: string, token: string, processes: readonly ChildProcess[]): Promise<void> {
  const http = createHttpClient({ proxyFromEnvironment: false, env: {}, tls: { rejectUnauthorized: false } });
  const headers = { authorization: `Bearer ${token}` };
  try {
    for (const deadline = AbortSignal.timeout(60_000); ; deadline.throwIfAborted()) {
      if (processes.some(({ exitCode }) => exitCode !== null))
        throw new Error('etcd or kube-apiserver ended at once');
      const ready = await http
        .send({ method: 'GET', url: `${url}/readyz`, headers }, AbortSignal.timeout(2000))
        .then(async (response) => {
          await response.discard();
          return response.status === 200;
        })
        .catch(() => false);
      if (ready) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  } finally {
    await http.close();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
