import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customResourceDefinitions, namespaced, namespaces } from '@sluice/kube/objects/resources.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { clusterMark } from '@sluice/local/marked-processes.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { type RunningTester, startTesterProcess } from '../../../../test/support/rigs/tester-process.ts';
import { buildCrds } from '../api/crds.ts';

let folder = '';
const cleanUp: (() => Promise<unknown> | void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tester-'));
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
  rmSync(folder, { recursive: true, force: true });
});

async function startTester(own: Record<string, string>, ...flags: string[]): Promise<RunningTester> {
  const tester = await startTesterProcess({ SLUICE_STATE_FILE: 'memory', ...own }, flags);
  cleanUp.push(() => void tester.child.kill('SIGKILL'));
  return tester;
}

/** A kubeconfig of the server at `url`, without credentials. */
function writeKubeconfig(url: string): string {
  const path = join(folder, 'kubeconfig');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'local',
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'me' } }],
    clusters: [{ name: 'local', cluster: { server: url } }],
    users: [{ name: 'me', user: {} }],
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const canary = { name: 'podinfo', namespace: 'test' };

async function call(
  tester: RunningTester,
  path: string,
  body: unknown = canary,
  headers: Record<string, string> = {},
): Promise<readonly [number, string]> {
  const url = `http://127.0.0.1:${tester.port}${path}`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers });
  return [answer.status, await answer.text()];
}

describe('tasks of sluice tester', () => {
  const printEnv = { ...canary, metadata: { type: 'bash', cmd: 'env', returnCmdOutput: 'true' } };
  const own = {
    DATABASE_PASSWORD: 'hunter2',
    TEAM_TOKEN: 'abc',
    TEAM_URL: 'x',
    LC_ALL: 'C',
    KUBERNETES_SERVICE_PORT: '443',
    HELM_DRIVER: 'secret',
    no_proxy: 'y',
    [clusterMark]: 'cluster-7',
  };

  it("see the variables that their programs need, and none of the tester's own", async () => {
    const [, text] = await call(await startTester(own), '/', printEnv);
    for (const seen of ['LC_ALL=C', 'KUBERNETES_SERVICE_PORT=443', 'HELM_DRIVER=secret', 'no_proxy=y'])
      expect(text).toContain(`${seen}\n`);
    expect(text).toContain(`${clusterMark}=cluster-7\n`);
    for (const hidden of ['hunter2', 'TEAM_', 'SLUICE_STATE_FILE']) expect(text).not.toContain(hidden);
  });

  it('see what -task-env names besides', async () => {
    const [, text] = await call(await startTester(own, '-task-env=TEAM_*,NONE'), '/', printEnv);
    expect(text).toContain('TEAM_TOKEN=abc\n');
    expect(text).toContain('TEAM_URL=x\n');
    expect(text).not.toContain('hunter2');
  });

  it('are refused when their cmd begins with no program, with the PATH that was looked through', async () => {
    const tester = await startTester({});
    const [status, text] = await call(tester, '/', { ...canary, metadata: { cmd: 'fortio load http://x' } });
    expect([status, text]).toEqual([
      400,
      expect.stringContaining('"fortio" is no program on the PATH of tasks'),
    ]);
    expect(text).toContain(process.env['PATH']);
    // Stand-ins are on that PATH.
    const hey = { ...canary, metadata: { cmd: 'hey -n 1 -c 1 http://127.0.0.1:1/' } };
    expect((await call(tester, '/', hey))[0]).toBe(202);
  });
});

describe('sluice tester, called without end', () => {
  const sleeping = (name: string, number: number) => ({
    name,
    namespace: 'greedy',
    metadata: { cmd: `sleep 100.${number}` },
  });

  it('runs the tasks of one namespace while another one has filled its share', async () => {
    const tester = await startTester({});
    const statuses: number[] = [];
    for (let number = 0; number < 60; number += 1) {
      statuses.push((await call(tester, '/', sleeping(`canary-${number % 6}`, number)))[0]);
    }
    expect([statuses.filter((status) => status === 202).length, statuses.at(-1)]).toEqual([48, 503]);
    const metrics = await (await fetch(`http://127.0.0.1:${tester.port}/metrics`)).text();
    expect(metrics).toContain('sluice_tester_tasks_running 16\n');
    expect(metrics).toContain('sluice_tester_tasks_waiting 32\n');
    const modest = { ...canary, metadata: { type: 'bash', cmd: 'echo here', returnCmdOutput: 'true' } };
    expect(await call(tester, '/', modest)).toEqual([200, 'here\n']);
    expect(await tester.exit('SIGTERM')).toBe(0);
  });

  it('answers at once for a namespace that was made to keep -namespace-regexp busy', async () => {
    const tester = await startTester({}, '-namespace-regexp=^(([a-z])+.)+[A-Z]$');
    const crafted = { ...canary, namespace: 'a'.repeat(60) };
    expect(await call(tester, '/gate/check', crafted)).toEqual([403, 'Forbidden']);
  });
});

describe('sluice tester with a token', () => {
  const token = 's3cret-0123456789';
  const paths = [
    '/gate/approve',
    '/gate/halt',
    '/gate/check',
    '/gate/open',
    '/gate/close',
    '/gates',
    '/rollback/check',
    '/rollback/open',
    '/rollback/close',
    '/',
    '/any/other',
    '/healthz/',
    '//healthz',
  ];
  const startWithToken = (): Promise<RunningTester> => {
    writeFileSync(join(folder, 'token'), `${token}\n`);
    return startTester({}, `-token-file=${join(folder, 'token')}`);
  };

  it('answers 401 on every path but health and metrics, and tells the token to nobody', async () => {
    const tester = await startWithToken();
    for (const path of paths) {
      const [status, text] = await call(tester, path);
      expect([path, status]).toEqual([path, 401]);
      expect(text).toContain('This tester needs a token');
      expect(text).not.toContain(token);
    }
    for (const path of ['/healthz', '/metrics']) expect((await call(tester, path))[0]).toBe(200);
    await call(tester, '/gate/open', canary, { authorization: `Bearer ${token}x` });
    await call(tester, '/gate/open', canary, { authorization: `Bearer ${token}` });
    expect(tester.log()).toContain('Gate opened');
    expect(tester.log()).not.toContain(token);
  });

  it('takes it as bearer and as the user or password of a URL', async () => {
    const tester = await startWithToken();
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    for (const authorization of [`Bearer ${token}`, basic(`${token}:`), basic(`hook:${token}`)]) {
      expect(await call(tester, '/gate/approve', canary, { authorization })).toEqual([200, 'OK']);
    }
    const wrong = { authorization: basic('hook:wrong') };
    expect((await call(tester, '/gate/approve', canary, wrong))[0]).toBe(401);
  });

  it('takes the new one as soon as the file changes', async () => {
    const tester = await startWithToken();
    writeFileSync(join(folder, 'token'), 'rotated');
    const status = async (with_: string) =>
      (await call(tester, '/gate/approve', canary, { authorization: `Bearer ${with_}` }))[0];
    expect([await status('rotated'), await status(token)]).toEqual([200, 401]);
  });
});

describe('the gates of sluice tester', () => {
  it('are listed with rollback switches and their state', async () => {
    const tester = await startTester({}, '-namespace-regexp=^(test|prod)$');
    await call(tester, '/gate/open');
    await call(tester, '/rollback/open', { ...canary, namespace: 'prod' });
    await call(tester, '/rollback/close', { ...canary, namespace: 'prod' });
    const answer = await fetch(`http://127.0.0.1:${tester.port}/gates`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    const stamp = { changedBy: 'node', changedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string };
    expect(await answer.json()).toEqual({
      items: [
        { kind: 'rollback', namespace: 'prod', name: 'podinfo', state: 'closed', ...stamp },
        { kind: 'gate', namespace: 'test', name: 'podinfo', state: 'open', ...stamp },
      ],
    });
  });

  it('do not meet: the gate of a canary named rollback.x is not the rollback switch of x', async () => {
    const tester = await startTester({});
    await call(tester, '/gate/open', { ...canary, name: 'rollback.x' });
    expect((await call(tester, '/rollback/check', { ...canary, name: 'x' }))[0]).toBe(403);
    expect((await call(tester, '/gate/check', { ...canary, name: 'rollback.x' }))[0]).toBe(200);
  });

  describe('where the tester may read Canaries', () => {
    const canaries = namespaced('flagger.app', 'v1beta1', 'canaries', 'Canary');
    const startCluster = async (): Promise<string> => {
      const store = createStore({ now: () => Date.now() });
      for (const crd of buildCrds()) store.create(customResourceDefinitions, crd);
      store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
      store.create(canaries, {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        metadata: canary,
        spec: {
          targetRef: {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: 'podinfo',
          },
          service: { port: 80 },
          analysis: {
            interval: '10s',
            threshold: 1,
            iterations: 1,
          },
        },
      });
      const app = createApiServer({ store, now: () => Date.now() });
      const server = await app.listen({ host: '127.0.0.1', port: 0 });
      cleanUp.push(() => server.close());
      return writeKubeconfig(server.url);
    };

    it('are refused for a Canary that does not exist, with the nearest name', async () => {
      const tester = await startTester({ KUBECONFIG: await startCluster() });
      const typo = { ...canary, name: 'podinof' };
      for (const path of ['/gate/check', '/gate/open', '/gate/close', '/rollback/check', '/rollback/open']) {
        expect(await call(tester, path, typo)).toEqual([
          404,
          'There is no Canary "podinof" in namespace "test": did you mean "podinfo"?',
        ]);
        expect([200, 202, 403]).toContain((await call(tester, path, canary))[0]);
      }
      expect((await call(tester, '/gate/open', { ...canary, namespace: 'tset' }))[1]).toContain(
        'namespace "tset" has no Canary',
      );
      expect((await call(tester, '/gate/approve', typo))[0]).toBe(200);
    });

    it('can be closed, when open, although their Canary has gone', async () => {
      const state = { SLUICE_STATE_FILE: join(folder, 'gates.db') };
      const gone = { ...canary, name: 'gone' };
      const before = await startTester(state);
      expect((await call(before, '/gate/open', gone))[0]).toBe(202);
      await before.exit('SIGTERM');
      const tester = await startTester({ ...state, KUBECONFIG: await startCluster() });
      expect((await call(tester, '/gate/close', gone))[0]).toBe(202);
      expect((await call(tester, '/gate/close', gone))[0]).toBe(404);
    });

    it('are taken for any name with -check-canaries=false', async () => {
      const tester = await startTester({ KUBECONFIG: await startCluster() }, '-check-canaries=false');
      expect((await call(tester, '/gate/open', { ...canary, name: 'podinof' }))[0]).toBe(202);
    });
  });

  it('are taken for any name where the API server lets the tester list no Canaries', async () => {
    const reason = 'canaries.flagger.app is forbidden: User "tester" cannot list resource "canaries"';
    const asked: string[] = [];
    const server = createServer((incoming, answer) => {
      asked.push(incoming.url ?? '');
      const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403 };
      answer.writeHead(403, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ ...status, message: reason }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const tester = await startTester({ KUBECONFIG: writeKubeconfig(`http://127.0.0.1:${port}`) });
    for (const path of ['/gate/open', '/gate/check', '/gate/close']) {
      expect((await call(tester, path, { ...canary, name: 'any' }))[0]).toBeLessThan(400);
      expect((await call(tester, '/gate/open', { ...canary, name: 'any' }))[0]).toBe(202);
    }
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('/apis/flagger.app/v1beta1/namespaces/test/canaries?');
    expect(tester.log()).toContain('cannot list resource');
  });

  it('are taken for any name where the cluster cannot be read', async () => {
    const tester = await startTester({ KUBECONFIG: join(folder, 'missing') });
    expect((await call(tester, '/gate/open'))[0]).toBe(202);
    expect(tester.log()).toContain('Canaries cannot be read, so gates of unknown names are not refused');
  });
});
