import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpClient } from '../../src/platform/http-client.ts';

export interface KubeApiServerBinaries {
  readonly apiServer: string;
  readonly etcd: string;
}

export interface RunningKubeApiServer {
  readonly url: string;
  /** Of a cluster administrator. The certificate is self-signed. */
  readonly token: string;
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

/** A control plane of nothing but etcd and kube-apiserver: no controllers, no nodes. Ends with its folder. */
export async function startKubeApiServer(binaries: KubeApiServerBinaries): Promise<RunningKubeApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-apiserver-'));
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const token = randomUUID();
  const processes: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of processes.toReversed()) await endProcess(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    processes.push(spawn(binaries.etcd, etcdFlags(folder, etcdUrl, peerPort), { stdio: 'ignore' }));
    processes.push(
      spawn(binaries.apiServer, apiServerFlags(folder, etcdUrl, port, token), { stdio: 'ignore' }),
    );
    const url = `https://127.0.0.1:${port}`;
    await untilReady(url, token, processes);
    return { url, token, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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

function apiServerFlags(folder: string, etcdUrl: string, port: number, token: string): string[] {
  const keyFile = join(folder, 'service-account.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const tokenFile = join(folder, 'tokens.csv');
  writeFileSync(tokenFile, `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  return [
    `--etcd-servers=${etcdUrl}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${tokenFile}`,
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount',
    '--service-cluster-ip-range=10.96.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keyFile}`,
    `--service-account-signing-key-file=${keyFile}`,
  ];
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
        setTimeout(resolve, 200);
      });
    }
  } finally {
    await http.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const cut = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(cut);
}
