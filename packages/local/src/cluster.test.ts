import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFakeLog } from '../../../test/support/fakes/fake-log.ts';
import { deployments, namespaces, pods } from '@sluice/kube/objects/resources.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { createLocalCluster } from './cluster.ts';
import type { LocalCluster, LocalClusterOptions } from './cluster.ts';
import { markedProcesses } from './marked-processes.ts';

const soon = { timeout: 10_000, interval: 20 };
const folders: string[] = [];
const clusters: LocalCluster[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-cluster-'));
  folders.push(path);
  return path;
}

async function start(options: Partial<LocalClusterOptions> = {}): Promise<LocalCluster> {
  const cluster = await createLocalCluster({
    dataDir: folder(),
    clock: createSystemClock(),
    log: createFakeLog(),
    environment: process.env,
    ...options,
  });
  clusters.push(cluster);
  return cluster;
}

afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.close()));
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

const namespace = 'default';

function deploy({ store }: LocalCluster, script: string): void {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'none', command: ['node', '-e', script] }] },
  };
  store.create(deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'web' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template },
  });
}

const server = `require('http').createServer((q, r) => r.end(process.env.POD_NAME)).listen(8080, process.env.POD_IP)`;

async function podIp({ store }: LocalCluster): Promise<string> {
  return vi.waitFor(() => {
    const status = store.list(pods)[0]?.['status'];
    const ip: unknown = Reflect.get(Object(status), 'podIP');
    if (typeof ip !== 'string') throw new Error('no address yet');
    return ip;
  }, soon);
}

describe('a local cluster', () => {
  it('makes real processes of a Deployment, and none are left when it is closed', async () => {
    const cluster = await start();
    deploy(cluster, server);
    const ip = await podIp(cluster);
    const [pod] = cluster.store.list(pods);
    await vi.waitFor(async () => {
      expect(await (await fetch(`http://${ip}:8080`)).text()).toBe(pod!.metadata.name);
    }, soon);
    const answer = await fetch(`${cluster.apiUrl}/apis/apps/v1/namespaces/default/deployments/web`);
    expect(await answer.json()).toMatchObject({ status: { replicas: 1 } });
    const mark = clusterIdOf(cluster);
    expect(markedProcesses(mark)).not.toEqual([]);
    await cluster.close();
    expect(markedProcesses(mark)).toEqual([]);
    await expect(fetch(cluster.apiUrl)).rejects.toThrow('fetch failed');
  });

  it('has the namespaces and definitions that stand in every cluster', async () => {
    const crdFolder = join(import.meta.dirname, '../../../deploy/crds');
    const { store, apiUrl } = await start({ crdFolder });
    const names = store.list(namespaces).map(({ metadata }) => metadata.name);
    expect(names.toSorted()).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    const answer = await fetch(`${apiUrl}/apis/flagger.app/v1beta1/canaries`);
    expect(await answer.json()).toMatchObject({ kind: 'CanaryList', items: [] });
  });

  it('may run beside another one: neither sees the other, and pods have addresses of their own', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    deploy(one, server);
    deploy(two, server);
    expect(one.apiUrl).not.toBe(two.apiUrl);
    const [first, second] = [await podIp(one), await podIp(two)];
    expect(first).not.toBe(second);
    expect(one.store.list(pods)).toHaveLength(1);
    expect(two.store.list(pods)).toHaveLength(1);
  });

  it('refuses a data directory in which another one runs, and takes it when that one has ended', async () => {
    const dataDir = folder();
    const first = await start({ dataDir });
    await expect(start({ dataDir })).rejects.toThrow(
      /another local cluster \(pid \d+\) runs in .*--data-dir/,
    );
    await first.close();
    await start({ dataDir });
  });

  it('names the port that is taken and the flag that changes it, and leaves nothing behind', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    const dataDir = folder();
    await expect(start({ dataDir, apiPort: port })).rejects.toThrow(new RegExp(`${port}.*--api-port`));
    await expect(start({ dataDir, gatewayPort: port })).rejects.toThrow(
      new RegExp(`${port}.*--gateway-port`),
    );
    expect(existsSync(join(dataDir, 'cluster.lock'))).toBe(false);
    holder.close();
  });

  it('names a data directory that is a file', async () => {
    const dataDir = join(import.meta.dirname, 'cluster.ts');
    await expect(start({ dataDir })).rejects.toThrow(/cluster\.ts cannot be written.*--data-dir/);
  });
});

function clusterIdOf({ kubeconfigPath }: LocalCluster): string {
  const record: unknown = JSON.parse(readFileSync(join(kubeconfigPath, '../cluster.lock'), 'utf8'));
  return String(Reflect.get(Object(record), 'clusterId'));
}
