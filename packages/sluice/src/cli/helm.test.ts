import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, namespaces, pods, secrets } from '@sluice/kube/objects/resources.ts';
import type { PodRuntime, StoreEvent } from '@sluice/local/contracts.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { createStore, type Store } from '@sluice/local/store/store.ts';
import { readRelease } from '@sluice/tester/helm/helm-release.ts';
import { runHelm } from './helm.ts';

const program = `import { runHelm } from ${JSON.stringify(new URL('./helm.ts', import.meta.url).href)};
process.exitCode = await runHelm(process.argv.slice(1), process.env);`;

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = '';
let store: Store;
let close = async (): Promise<void> => {};
/** How the pods of tests end, by name; others succeed. */
let phases: Record<string, string> = {};
let created: string[] = [];

const runtime: PodRuntime = {
  async *logs(pod) {
    yield Buffer.from(`log of ${pod.name}\n`);
  },
  exec: () => {
    throw new Error('not used');
  },
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'helm-'));
  phases = {};
  created = [];
  store = createStore({ now: () => Date.now() });
  store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
  store.subscribe(pods, playKubelet);
  const server = await createApiServer({ store, runtime, now: () => Date.now() }).listen({
    host: '127.0.0.1',
    port: 0,
  });
  close = () => server.close();
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'local',
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'me', namespace: 'test' } }],
    clusters: [{ name: 'local', cluster: { server: server.url } }],
    users: [{ name: 'me', user: {} }],
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Ends test pods as told, and lets deleted ones go, each a moment later, as a kubelet would. */
function playKubelet({ type, object }: StoreEvent): void {
  const ref = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  if (type === 'ADDED') {
    created.push(ref.name);
    const phase = phases[ref.name] ?? 'Succeeded';
    setTimeout(() => {
      const current = store.get(pods, ref);
      if (current !== undefined)
        store.update(pods, { ...current, status: { phase } }, { subresource: 'status' });
    }, 50);
  } else if (type === 'MODIFIED' && object.metadata.deletionTimestamp !== undefined) {
    setTimeout(() => store.delete(pods, ref, { gracePeriodSeconds: 0 }), 20);
  }
}

const environment = () => ({ ...process.env, KUBECONFIG: join(folder, 'kubeconfig') });

async function helm(...args: string[]): Promise<Answer> {
  let stdout = '';
  let stderr = '';
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    stdout += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  });
  const told = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    stderr += String(chunk);
    return true;
  });
  try {
    const code = await runHelm(args, environment());
    return { code, stdout, stderr };
  } finally {
    written.mockRestore();
    told.mockRestore();
  }
}

/** As a task starts it. */
const helmProcess = (...args: string[]): Promise<Answer> =>
  new Promise((resolve) => {
    const argv = ['--input-type=module', '-e', program, '--', ...args];
    execFile(process.execPath, argv, { env: environment() }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });

const podHook = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  kind: 'Pod',
  path: `podinfo/templates/tests/${name}.yaml`,
  manifest: `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  annotations:\n    helm.sh/hook: test\nspec:\n  restartPolicy: Never\n  containers:\n  - name: test\n    image: curl\n`,
  events: ['test'],
  ...more,
});

function install(hooks: readonly unknown[], revision = 1, notes = ''): void {
  const release = {
    name: 'podinfo',
    namespace: 'test',
    version: revision,
    info: { status: 'deployed', last_deployed: '2026-11-05T07:08:09.5+01:00', notes },
    chart: { metadata: { name: 'podinfo', version: '6.0.0' } },
    hooks,
    unknownToUs: { kept: true },
  };
  const inner = gzipSync(JSON.stringify(release)).toString('base64');
  store.create(secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `sh.helm.release.v1.podinfo.v${revision}`,
      namespace: 'test',
      labels: { owner: 'helm', name: 'podinfo', status: 'deployed', version: String(revision) },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(inner).toString('base64') },
  });
}
const readSecret = (revision = 1): AnyKubeObject => {
  const secret = store.get(secrets, { namespace: 'test', name: `sh.helm.release.v1.podinfo.v${revision}` });
  if (secret === undefined) throw new Error('no release');
  return secret;
};

describe('helm test', () => {
  it('runs the test pod of a release and prints what helm prints', async () => {
    install([podHook('podinfo-test')], 1, 'Call podinfo.\n');
    const answer = await helmProcess('test', 'podinfo', '-n', 'test');
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    const time = String.raw`\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}`;
    expect(answer.stdout).toMatch(
      new RegExp(
        `^NAME: podinfo\nLAST DEPLOYED: Thu Nov  5 07:08:09 2026\nNAMESPACE: test\nSTATUS: deployed\nREVISION: 1\n` +
          `TEST SUITE:     podinfo-test\nLast Started:   ${time}\nLast Completed: ${time}\nPhase:          Succeeded\n` +
          `NOTES:\nCall podinfo.\n$`,
      ),
    );
  });

  it('notes the run in the release, and leaves everything else of it alone', async () => {
    install([podHook('podinfo-test'), podHook('pre', { events: ['pre-upgrade'] })]);
    await helm('test', 'podinfo');
    const [hook] = readRelease(readSecret()).hooks;
    expect(hook?.lastRun).toMatchObject({ phase: 'Succeeded' });
    expect(Date.parse(hook?.lastRun?.completedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(hook?.lastRun?.startedAt ?? ''),
    );
    expect(readSecret().metadata.labels).toMatchObject({
      owner: 'helm',
      status: 'deployed',
      modifiedAt: expect.stringMatching(/^\d+$/),
    });
    expect(created).toEqual(['podinfo-test']);
  });

  it('replaces the pod of an earlier test', async () => {
    install([podHook('podinfo-test')]);
    expect((await helm('test', 'podinfo')).code).toBe(0);
    expect((await helm('test', 'podinfo')).code).toBe(0);
    expect(created).toEqual(['podinfo-test', 'podinfo-test']);
    expect(store.list(pods, { namespace: 'test' })).toHaveLength(1);
  });

  it('exits 1 when the pod fails, says which, and runs no later test', async () => {
    install([
      podHook('b-test', { weight: 2 }),
      podHook('a-test', { weight: 10 }),
      podHook('c-test', { weight: -1 }),
    ]);
    phases = { 'b-test': 'Failed' };
    const answer = await helmProcess('test', 'podinfo');
    expect(answer).toMatchObject({ code: 1, stderr: 'Error: pod b-test failed\n' });
    expect(created).toEqual(['c-test', 'b-test']);
    expect(answer.stdout).toContain('TEST SUITE:     b-test');
    expect(answer.stdout).toMatch(/Phase: +Failed/);
    expect(readRelease(readSecret()).hooks.map((hook) => hook.lastRun?.phase)).toEqual([
      'Failed',
      undefined,
      'Succeeded',
    ]);
  });

  it('gives up on a pod that never ends', async () => {
    install([podHook('podinfo-test')]);
    phases = { 'podinfo-test': 'Pending' };
    const answer = await helm('test', 'podinfo', '--timeout', '300ms');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('timed out waiting for pod podinfo-test (--timeout 0.3s)');
  });

  it('tests the newest revision, by number', async () => {
    for (const revision of [9, 10, 2]) install([podHook(`test-${revision}`)], revision);
    expect((await helm('test', 'podinfo')).stdout).toContain('REVISION: 10\n');
    expect(created).toEqual(['test-10']);
  });

  it('runs only the tests that the filter names', async () => {
    install([podHook('one'), podHook('two'), podHook('three')]);
    expect(
      (await helm('test', 'podinfo', '--filter', 'name=one,name=two', '--filter', '!name=two')).code,
    ).toBe(0);
    expect(created).toEqual(['one']);
  });

  it('prints the logs of the pods when asked', async () => {
    install([podHook('podinfo-test')]);
    const answer = await helm('test', 'podinfo', '--logs');
    expect(answer.stdout).toContain('POD LOGS: podinfo-test\nlog of podinfo-test\n');
  });

  it('creates what a test needs beside its pod, and deletes what asks for it', async () => {
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: b}\n';
    const settings = { ...podHook('settings'), kind: 'ConfigMap', manifest, weight: -5 };
    install([podHook('podinfo-test', { delete_policies: ['hook-succeeded'] }), settings]);
    expect((await helm('test', 'podinfo')).code).toBe(0);
    expect(store.get(configMaps, { namespace: 'test', name: 'settings' })?.['data']).toEqual({ a: 'b' });
    expect(store.list(pods, { namespace: 'test' })).toEqual([]);
  });

  it('has nothing to do for a release without tests', async () => {
    install([]);
    expect(await helm('test', 'podinfo')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('TEST SUITE: None'),
    });
  });

  it.each([
    [['test', 'nobody'], 'Error: release: not found'],
    [['test'], 'requires 1 argument'],
    [['upgrade', 'podinfo'], 'knows "helm test" only, not "upgrade"'],
    [['test', 'podinfo', '--atomic'], "unknown option '--atomic'"],
    [['test', 'podinfo', '--filter', 'kind=Pod'], '--filter takes name=TEST'],
    [['test', 'podinfo', '--kubeconfig', '/nowhere/config'], '/nowhere/config'],
  ])('%j exits 1 with a sentence', async (args, sentence) => {
    const answer = await helm(...args);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(sentence);
  });

  it('says so when a Secret holds no release', async () => {
    install([]);
    store.update(secrets, { ...readSecret(), data: { release: 'bm9wZQ==' } });
    expect((await helm('test', 'podinfo')).stderr).toContain(
      'Secret test/sh.helm.release.v1.podinfo.v1 holds no helm release',
    );
  });
});
