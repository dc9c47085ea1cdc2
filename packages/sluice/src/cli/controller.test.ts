import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { leases, namespaces } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import type { Store } from '@sluice/local/store/store.ts';

const soon = { timeout: 15_000, interval: 50 };
const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function startApi(): Promise<{ readonly store: Store; readonly url: string }> {
  const now = (): number => Date.now();
  const store = createStore({ now });
  installBasics(store, join(import.meta.dirname, '../../../../deploy/crds'));
  const server = await createApiServer({ store, now }).listen({ host: '127.0.0.1', port: 0 });
  ends.push(() => server.close());
  return { store, url: server.url };
}

function kubeconfigFor(server: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-controller-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config');
  const named = { cluster: { server }, context: { cluster: 'test', user: 'test' }, user: {} };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: named.cluster }],
    contexts: [{ name: 'test', context: named.context }],
    users: [{ name: 'test', user: named.user }],
    'current-context': 'test',
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function startController(server: string, ...more: readonly string[]) {
  const flags = [
    '-kubeconfig',
    kubeconfigFor(server),
    '-enable-leader-election',
    '-port',
    '0',
    '-leader-election-namespace',
    'default',
    ...more,
  ];
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), 'controller', ...flags],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], SLUICE_BIND_ADDRESS: '127.0.0.1' },
    },
  );
  ends.push(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, exit, output: () => output };
}

const at = { namespace: 'default', name: 'flagger-leader-election' };

describe('sluice controller as one of several', () => {
  it('ends with exit code 1 when another one took its lead, and with 0 when it is told to', async () => {
    const { store, url } = await startApi();
    const first = startController(url);
    await vi.waitFor(() => expect(store.get(leases, at), first.output()).toBeDefined(), soon);
    const lease = store.get(leases, at);
    if (lease === undefined) throw new Error('no lease');
    const renewTime = new Date(Date.now()).toISOString().replace('Z', '000Z');
    store.update(leases, {
      ...lease,
      spec: { ...(lease['spec'] as object), holderIdentity: 'thief', renewTime },
    });
    expect(await first.exit, first.output()).toBe(1);

    store.delete(leases, at);
    const second = startController(url);
    await vi.waitFor(() => expect(store.get(leases, at), second.output()).toBeDefined(), soon);
    second.child.kill('SIGTERM');
    expect(await second.exit, second.output()).toBe(0);
  });
});

describe('sluice controller -namespaces', () => {
  it('works on the Canaries of these namespaces, and on no others, and shows their series', async () => {
    const { store, url } = await startApi();
    const inNamespace = (namespace: string) => ({ namespace, name: 'podinfo' });
    // The other one first: were it worked on, it would have its turn before the rest.
    for (const name of ['other', 'apps', 'shop']) {
      store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      const spec = {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 80 },
        provider: 'istio',
        analysis: { interval: '1m', threshold: 1, stepWeight: 10 },
      };
      const metadata = inNamespace(name);
      store.create(canaries, { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata, spec });
    }
    const statusOf = (namespace: string): unknown => store.get(canaries, inNamespace(namespace))?.['status'];
    const controller = startController(url, '-namespaces=shop, apps');
    await vi.waitFor(() => expect([statusOf('apps'), statusOf('shop')]).not.toContain(undefined), soon);
    expect(statusOf('other')).toBeUndefined();
    const served = /"url":"([^"]+)"/.exec(controller.output())?.[1] ?? '';
    const scraped = async (): Promise<string> => (await fetch(`${served}/metrics`)).text();
    const labels = (namespace: string): string => `namespace="${namespace}",canary="podinfo",type="Invalid"`;
    await vi.waitFor(async () => expect(await scraped()).toContain(labels('shop')), soon);
    const text = await scraped();
    expect(text).toContain(`sluice_canary_condition{${labels('apps')}} 1`);
    expect(text).not.toContain('namespace="other"');
    expect(text).toContain('sluice_leader 1');
    expect(text).toContain('workqueue_depth{name="canaries"} ');
  });
});

describe('sluice controller with -console', () => {
  const consoleOf = async (run: ReturnType<typeof startController>): Promise<string> => {
    const find = (): string | undefined =>
      /"url":"([^"]+)","msg":"serving the console"/.exec(run.output())?.[1];
    await vi.waitFor(() => expect(find(), run.output()).toBeDefined(), soon);
    return find() ?? '';
  };

  it('shows rollouts on loopback, and asks for a token elsewhere', async () => {
    const { url } = await startApi();
    const own = await consoleOf(startController(url, '-console=127.0.0.1:0'));
    const page = await fetch(`${own}/rollouts`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<h1>Rollouts')]);
    const open = await consoleOf(startController(url, '-console=0.0.0.0:0'));
    const port = new URL(open).port;
    const answer = await fetch(`http://127.0.0.1:${port}/rollouts`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringContaining('/login')]);
  });

  it('that cannot listen does not start, and says why', async () => {
    const { url } = await startApi();
    const run = startController(url, '-console=nowhere');
    expect(await run.exit, run.output()).not.toBe(0);
    expect(run.output()).toContain('is no address');
  });
});
