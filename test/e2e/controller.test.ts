import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { customResourceDefinitions } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';

const main = join(import.meta.dirname, '../../packages/sluice/src/cli/main.ts');
const waiting = { timeout: 15_000, interval: 50 };

describe('the controller as a process', () => {
  let folder: string;
  let store: Store;
  let close: () => Promise<void>;
  let child: ChildProcess | undefined;
  let log: string;
  let url: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-controller-'));
    store = createStore({ now: () => Date.now() });
    installBasics(store, undefined);
    const server = createApiServer({ store, now: () => Date.now() });
    const listening = await server.listen({ host: '127.0.0.1', port: 0 });
    close = () => listening.close();
    writeKubeconfig(join(folder, 'kubeconfig'), listening.url);
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts the controller and waits until it serves. */
  const start = async (): Promise<void> => {
    log = '';
    const flags = ['-port=0', `-kubeconfig=${join(folder, 'kubeconfig')}`, '-mesh-provider=kubernetes'];
    child = spawn(process.execPath, [main, 'controller', ...flags], {
      env: { ...process.env, SLUICE_BIND_ADDRESS: '127.0.0.1' },
    });
    child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await expect.poll(() => /"url":"([^"]+)"/.exec(log)?.[1], waiting).toBeDefined();
    url = /"url":"([^"]+)"/.exec(log)?.[1] ?? '';
  };
  const get = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const definition = (): AnyKubeObject =>
    parse(readFileSync('deploy/crds/canaries.yaml', 'utf8')) as AnyKubeObject;

  it('is ready once its CRDs are installed, and says until then what to type', async () => {
    await start();
    expect(await get('/healthz')).toEqual({ status: 200, text: 'OK' });
    await expect.poll(async () => (await get('/readyz')).text, waiting).toContain('kubectl apply');

    installBasics(store, 'deploy/crds');
    await expect.poll(async () => (await get('/readyz')).status, waiting).toBe(200);
  });

  it('touches nothing while the installed CRD would drop its status, and names the fields and the cure', async () => {
    store.create(customResourceDefinitions, withoutStatusField(definition(), 'run'));
    store.create(canaries, canary);
    await start();
    await expect
      .poll(async () => (await get('/readyz')).text, waiting)
      .toMatch(/would drop status\.run; .*kubectl apply/);
    expect(store.get(canaries, { namespace: 'default', name: 'podinfo' })?.['status']).toBeUndefined();
  });

  it("serves Flagger's series", async () => {
    installBasics(store, 'deploy/crds');
    await start();
    expect((await get('/metrics')).text).toMatch(/flagger_info\{.*mesh_provider="kubernetes".*\} 1/);
  });

  it('ends on SIGTERM with 0', async () => {
    installBasics(store, 'deploy/crds');
    await start();
    await expect.poll(async () => (await get('/readyz')).status, waiting).toBe(200);
    const exited = once(child!, 'exit');
    child?.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('refuses a flag that does not exist, with the usage', async () => {
    const result = await runCommand({
      argv: [process.execPath, main, 'controller', '-mesh-provder=istio'],
      env: process.env,
      timeoutMs: 20_000,
    });
    expect(result.output).toContain('flag provided but not defined: -mesh-provder');
    expect(result.exitCode).not.toBe(0);
  });
});

const canary: AnyKubeObject = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo', namespace: 'default' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 80 },
    analysis: { interval: '10s', threshold: 1, iterations: 1 },
  },
};

/** As Flagger's own CRD is: without a field of our status. */
function withoutStatusField(crd: AnyKubeObject, field: string): AnyKubeObject {
  const copy = structuredClone(crd) as AnyKubeObject & {
    spec: {
      versions: {
        schema: { openAPIV3Schema: { properties: { status: { properties: Record<string, unknown> } } } };
      }[];
    };
  };
  for (const version of copy.spec.versions)
    delete version.schema.openAPIV3Schema.properties.status.properties[field];
  return copy;
}
