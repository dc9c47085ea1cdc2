import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { version } from './version.ts';

const root = join(import.meta.dirname, '../../../..');
const run = promisify(execFile);
const ends: (() => unknown)[] = [];
let folder: string;

/** Writes what the process has loaded when it is told to end. */
const probe = `
  process.once('SIGTERM', () => {
    const ofNode = process.moduleLoadList.map((name) => name.split(' ').at(-1));
    const files = Object.keys(require('node:module')._cache);
    require('node:fs').writeSync(1, JSON.stringify([...ofNode, ...files]));
  });`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-image-'));
  await run(process.execPath, [join(root, 'scripts/bundle.ts'), join(folder, 'controller')]);
  writeFileSync(join(folder, 'probe.cjs'), probe);
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(() => rmSync(folder, { recursive: true }));

const main = (): string => join(folder, 'controller/main.cjs');

async function startApi(): Promise<string> {
  const now = (): number => Date.now();
  const store = createStore({ now });
  installBasics(store, join(root, 'deploy/crds'));
  const server = await createApiServer({ store, now }).listen({ host: '127.0.0.1', port: 0 });
  ends.push(() => server.close());
  return server.url;
}

/** Runs the controller until it is ready; resolves to what it had loaded then, files by their names. */
async function loadedWhenReady(user: Record<string, unknown>): Promise<readonly string[]> {
  // The library shows no credentials over plain HTTP unless it is told that it may.
  const cluster = { server: await startApi(), 'insecure-skip-tls-verify': true };
  const config = {
    'current-context': 'x',
    clusters: [{ name: 'x', cluster }],
    contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
    users: [{ name: 'x', user }],
  };
  writeFileSync(join(folder, 'config'), JSON.stringify(config));
  const flags = ['controller', '-kubeconfig', join(folder, 'config'), '-port=0', '-namespace=default'];
  const child = spawn(process.execPath, ['--require', join(folder, 'probe.cjs'), main(), ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], SLUICE_BIND_ADDRESS: '127.0.0.1' },
  });
  ends.push(() => child.kill('SIGKILL'));
  let log = '';
  let loaded = '';
  child.stderr.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => void (loaded += chunk.toString()));
  await vi.waitFor(() => expect(log).toContain('"msg":"ready"'), { timeout: 15_000, interval: 20 });
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  expect(await closed, log).toBe(0);
  return (JSON.parse(loaded) as string[]).map((name) => (name.startsWith(folder) ? basename(name) : name));
}

describe('the program that the image of the controller runs', () => {
  it('has the commands that work with a cluster, and none that brings one along', async () => {
    const { stdout } = await run(process.execPath, [main(), 'help']);
    const commands = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    expect(commands).toEqual(['controller', 'console', 'abort', 'adopt', 'lint', 'chat', 'version']);
    expect((await run(process.execPath, [main(), 'version'])).stdout.trim()).toBe(version);
  });

  it('comes with the licences of what it is made of', () => {
    const packages = readdirSync(join(folder, 'controller/packages'));
    expect(packages).toEqual(expect.arrayContaining(['pino', 'prom-client', 'typebox', '@kubernetes']));
    const pino = readdirSync(join(folder, 'controller/packages/pino'));
    expect(pino.toSorted()).toEqual(['LICENSE', 'package.json']);
  });

  it('is ready without a second HTTP client and without the Kubernetes client library', async () => {
    const loaded = await loadedWhenReady({ token: 'abc' });
    expect(loaded).toEqual(expect.arrayContaining(['main.cjs', '_http_client']));
    expect(loaded.filter((name) => /undici|client-library/.test(name))).toEqual([]);
  });

  it('loads the Kubernetes client library for an exec plugin', async () => {
    const apiVersion = 'client.authentication.k8s.io/v1';
    const exec = { apiVersion, command: 'echo', args: ['{"status":{"token":"abc"}}'] };
    expect(await loadedWhenReady({ exec })).toContain('client-library.cjs');
  });
});
