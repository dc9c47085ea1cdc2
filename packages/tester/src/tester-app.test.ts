import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeClock } from '../../../test/support/fakes/fake-clock.ts';
import { createFakeLog, type FakeLog } from '../../../test/support/fakes/fake-log.ts';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { createMemoryGateStore } from './gates/memory-gate-store.ts';
import { createNamespaceRule } from './namespace-rule.ts';
import { createTaskRunner, type TaskRunner } from './task-runner.ts';
import { createTesterApp } from './tester-app.ts';
import { createTesterMetrics } from './tester-metrics.ts';

let log: FakeLog;
let tasks: TaskRunner;
let app: Hono;
interface AppOptions {
  readonly namespaces?: string;
  readonly limit?: number;
  readonly timeoutMs?: number;
  readonly killGraceMs?: number;
}
const createApp = (options: AppOptions = {}): Hono => {
  log = createFakeLog();
  const metrics = createTesterMetrics();
  tasks = createTaskRunner({
    runCommand,
    log,
    metrics,
    env: process.env,
    timeoutMs: options.timeoutMs ?? 15_000,
    killGraceMs: options.killGraceMs ?? 200,
    limit: options.limit ?? 64,
  });
  const allowNamespace = createNamespaceRule(options.namespaces ?? '');
  const canaries = { describeUnknown: () => Promise.resolve(undefined) };
  return createTesterApp({
    gates: createMemoryGateStore(createFakeClock()),
    tasks,
    metrics,
    log,
    allowNamespace,
    canaries,
  });
};
beforeEach(() => {
  app = createApp();
});
afterEach(() => tasks.stop());

const canary = { name: 'podinfo', namespace: 'test', phase: 'Progressing', checksum: '85d557f47b' };
const post = async (path: string, body: unknown): Promise<readonly [number, string]> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await app.request(path, { method: 'POST', body: text });
  return [answer.status, await answer.text()];
};
const task = (metadata: Record<string, string>) => ({ ...canary, metadata });
const ended = (): string[] => log.messages().filter((message) => /succeeded|failed/.test(message));

describe('gates', () => {
  it('approve and halt answer without reading the body', async () => {
    expect(await post('/gate/approve', 'no json')).toEqual([200, 'OK']);
    expect(await post('/gate/halt', 'no json')).toEqual([403, 'Forbidden']);
  });

  it.each(['/gate', '/rollback'])('%s is closed until opened, and closed again after', async (path) => {
    expect(await post(`${path}/check`, canary)).toEqual([403, 'Forbidden']);
    expect(await post(`${path}/open`, canary)).toEqual([202, '']);
    expect(await post(`${path}/check`, canary)).toEqual([200, 'Approved']);
    expect(await post(`${path}/check`, { ...canary, name: 'other' })).toEqual([403, 'Forbidden']);
    expect(await post(`${path}/check`, { ...canary, namespace: 'other' })).toEqual([403, 'Forbidden']);
    expect(await post(`${path}/close`, canary)).toEqual([202, '']);
    expect(await post(`${path}/check`, canary)).toEqual([403, 'Forbidden']);
  });

  it('a gate and a rollback switch of one canary are two things', async () => {
    await post('/gate/open', canary);
    expect(await post('/rollback/check', canary)).toEqual([403, 'Forbidden']);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s is as good as POST', async (method) => {
    expect((await app.request('/gate/approve', { method })).status).toBe(200);
    expect((await app.request('/gate/halt', { method })).status).toBe(403);
    expect((await app.request('/healthz', { method })).status).toBe(200);
  });
});

describe('the namespace rule', () => {
  it('forbids check, open, close and tasks elsewhere, but not approve and halt', async () => {
    app = createApp({ namespaces: '^(prod|test)$' });
    const foreign = { ...canary, namespace: 'testing', metadata: { cmd: 'true' } };
    for (const path of [
      '/gate/check',
      '/gate/open',
      '/gate/close',
      '/rollback/check',
      '/rollback/open',
      '/',
    ]) {
      expect(await post(path, foreign)).toEqual([403, 'Forbidden']);
    }
    expect(await post('/gate/approve', foreign)).toEqual([200, 'OK']);
    expect(await post('/gate/open', canary)).toEqual([202, '']);
    expect(await post('/', task({ cmd: 'true' }))).toEqual([202, '']);
  });

  it("is an expression in Go's syntax, not anchored", () => {
    expect(() => createNamespaceRule('est')('testing')).not.toThrow();
    expect(() => createNamespaceRule('^[[:alpha:]]+$')('testing')).not.toThrow();
    expect(() => createNamespaceRule('a(?=b)')).toThrow('-namespace-regexp "a(?=b)" is no regular');
    expect(() => createNamespaceRule('(?i)^TEST$')('test')).not.toThrow();
    expect(() => createNamespaceRule('(?i)^TEST$')('tests')).toThrow('Forbidden');
    expect(() => createNamespaceRule('(')).toThrow('-namespace-regexp "("');
  });

  it('answers at once for a namespace that was made to keep an expression busy', async () => {
    app = createApp({ namespaces: '^(a+)+$' });
    expect(await post('/gate/check', { ...canary, namespace: `${'a'.repeat(60)}!` })).toEqual([
      403,
      'Forbidden',
    ]);
  });
});

describe('bad input gets a sentence', () => {
  it.each([
    ['an empty body', '', 400, 'it is empty'],
    ['no JSON', '{"name":', 400, 'it is not valid JSON'],
    ['a JSON array', '[]', 400, 'must be a JSON object'],
    ['JSON null', 'null', 400, 'must be a JSON object'],
    ['no name', { namespace: 'test', metadata: { cmd: 'true' } }, 400, '"name" of the payload'],
    ['an empty namespace', { name: 'podinfo', namespace: '' }, 400, '"namespace" of the payload'],
    ['a name that is a number', { name: 7, namespace: 'test' }, 400, '"name" of the payload'],
    ['an endless name', { name: 'x'.repeat(254), namespace: 'test' }, 400, '"name" of the payload'],
    ['metadata that is a list', { ...canary, metadata: ['cmd'] }, 400, '"metadata" of the payload'],
    ['metadata that is a number', { ...canary, metadata: { cmd: 7 } }, 400, '"metadata.cmd" of the payload'],
    ['more than a mebibyte', `{"name":"${'x'.repeat(1024 * 1024)}"}`, 413, 'larger than 1048576 bytes'],
  ])('%s', async (_, body, code, sentence) => {
    for (const path of ['/gate/check', '/gate/open', '/rollback/close', '/', '/any/other']) {
      expect(await post(path, body)).toEqual([code, expect.stringContaining(sentence)]);
    }
  });

  it.each([
    ['no metadata', {}, 'metadata not found in payload'],
    ['no command', { type: 'cmd' }, 'A task of type "cmd" needs "metadata.cmd"'],
    ['an empty command', { type: 'bash', cmd: ' ' }, 'A task of type "bash" needs "metadata.cmd"'],
    [
      'an unknown type',
      { type: 'fortran', cmd: 'x' },
      'Unknown task type "fortran". Supported: cmd, bash, helm, helmv3, kubectl.',
    ],
    ['a name every object has', { type: 'constructor', cmd: 'x' }, 'Unknown task type "constructor"'],
    ['concord', { type: 'concord', server: 'x' }, 'Task type "concord" is not supported yet.'],
    ['ngrinder', { type: 'ngrinder' }, 'Task type "ngrinder" is not supported yet.'],
  ])('a task of %s', async (_, metadata, sentence) => {
    expect(await post('/', task(metadata))).toEqual([400, expect.stringContaining(sentence)]);
  });
});

describe('tasks', () => {
  it('cmd is accepted at once and runs on', async () => {
    expect(
      await post('/', task({ cmd: 'sleep 0.2; echo "$((40 + 2)) done"', logCmdOutput: 'true' })),
    ).toEqual([202, '']);
    expect(ended()).toEqual([]);
    await vi.waitFor(() => expect(ended()).toEqual(['Task succeeded']), 5000);
    expect(log.lines.at(-1)?.fields).toMatchObject({
      canary: 'podinfo.test',
      type: 'cmd',
      output: '42 done\n',
    });
  });

  it('the output of a cmd is logged when asked for or when it failed', async () => {
    await post('/', task({ type: 'cmd', cmd: 'echo quiet' }));
    await vi.waitFor(() => expect(ended()).toEqual(['Task succeeded']), 5000);
    expect(log.lines.at(-1)?.fields).not.toHaveProperty('output');
    await post('/some/path', task({ cmd: 'echo loud; exit 4' }));
    await vi.waitFor(() => expect(ended()).toEqual(['Task succeeded', 'Task failed']), 5000);
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { output: 'loud\n', exitCode: 4 } });
  });

  it('the same cmd of one canary runs once at a time; of another canary beside it', async () => {
    const loadTest = { cmd: 'sleep 0.5' };
    for (let count = 0; count < 3; count += 1) expect((await post('/', task(loadTest)))[0]).toBe(202);
    expect((await post('/', { ...task(loadTest), name: 'other' }))[0]).toBe(202);
    expect(log.messages().filter((message) => message === 'Task started')).toHaveLength(2);
    expect(log.messages().filter((message) => message.startsWith('Task skipped'))).toHaveLength(2);
    await vi.waitFor(() => expect(ended()).toHaveLength(2), 5000);
    await post('/', task(loadTest));
    await vi.waitFor(() => expect(ended()).toHaveLength(3), 5000);
  });

  it('bash answers with its verdict, and its output only when asked', async () => {
    expect(await post('/', task({ type: 'bash', cmd: 'echo fine' }))).toEqual([200, '']);
    for (const yes of ['true', 'TRUE', 't', '1']) {
      const asked = task({ type: 'bash', cmd: 'echo "a  b"', returnCmdOutput: yes });
      expect(await post('/', asked)).toEqual([200, 'a  b\n']);
    }
    expect(await post('/', task({ type: 'bash', cmd: 'echo x', returnCmdOutput: 'yes' }))).toEqual([200, '']);
    const failed = await post('/', task({ type: 'bash', cmd: '[[ a == b ]] || { echo no >&2; exit 2; }' }));
    expect(failed).toEqual([500, 'bash failed: exit code 2\nno\n']);
  });

  it('kubectl and helm get their arguments split on white space, quotes and all', async () => {
    const { kubectlTask } = await import('./tasks/kubectl.ts');
    const { helmv3Task } = await import('./tasks/helmv3.ts');
    const { helmTask } = await import('./tasks/helm.ts');
    expect(kubectlTask.command({ cmd: ` get  pods\t-l "a b"\n` })).toEqual([
      'kubectl',
      'get',
      'pods',
      '-l',
      '"a',
      'b"',
    ]);
    expect(helmv3Task.command({ cmd: 'test podinfo -n test' })).toEqual([
      'helm',
      'test',
      'podinfo',
      '-n',
      'test',
    ]);
    expect(helmTask.command({ cmd: 'test $(id)' })).toEqual(['helm', 'test', '$(id)']);
  });

  it('a program that is not there is a 500 that says so', async () => {
    tasks = createTaskRunner({
      runCommand,
      log,
      metrics: createTesterMetrics(),
      env: { PATH: '/nowhere' },
      timeoutMs: 1000,
    });
    const bare = createTesterApp({
      gates: createMemoryGateStore(createFakeClock()),
      tasks,
      metrics: createTesterMetrics(),
      log,
      allowNamespace: () => {},
      canaries: { describeUnknown: () => Promise.resolve(undefined) },
    });
    const body = JSON.stringify(task({ type: 'kubectl', cmd: 'get pods' }));
    const answer = await bare.request('/', { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringContaining("kubectl is not on the tester's PATH"),
    ]);
  });

  it('a task past its deadline is ended and answered 500', async () => {
    app = createApp({ timeoutMs: 300 });
    const answer = await post('/', task({ type: 'bash', cmd: 'echo begun; sleep 1000 & sleep 1000' }));
    expect(answer).toEqual([500, 'bash was ended at its deadline (-timeout).\nbegun\n']);
  });

  it('more tasks than there are places wait; more than may wait get 503 and the time to come again', async () => {
    app = createApp({ limit: 1 });
    await post('/', task({ cmd: 'sleep 100' }));
    const waiting = [98, 99].map((seconds) => post('/', task({ cmd: `sleep ${seconds}` })));
    expect(await Promise.all(waiting)).toEqual([
      [202, ''],
      [202, ''],
    ]);
    const answer = await app.request('/', {
      method: 'POST',
      body: JSON.stringify(task({ type: 'bash', cmd: 'true' })),
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.text()).toBe(
      'All places for tasks of Canary podinfo.test are taken, and 2 wait. Try again later.',
    );
    expect(log.messages().filter((message) => message === 'Task started')).toHaveLength(1);
    await tasks.stop();
    expect(log.messages().filter((message) => message === 'Task failed')).toHaveLength(3);
    expect(await post('/', task({ cmd: 'true' }))).toEqual([503, 'The tester is shutting down.']);
  });

  it('a task that waits for a place is cancelled when its caller hangs up, and ends at its deadline', async () => {
    // The running task outlives its own deadline by a second.
    app = createApp({ limit: 1, timeoutMs: 300, killGraceMs: 1000 });
    await post('/', task({ cmd: "trap '' TERM; sleep 100" }));
    const caller = new AbortController();
    const body = JSON.stringify(task({ type: 'bash', cmd: 'echo never' }));
    const call = app.request('/', { method: 'POST', body, signal: caller.signal });
    await vi.waitFor(() => expect(log.messages()).toContain('Task waits for a place'), 5000);
    caller.abort();
    expect(await (await call).text()).toContain('cancelled');
    expect(await post('/', { ...task({ type: 'bash', cmd: 'echo never' }), name: 'other' })).toEqual([
      500,
      'bash was ended at its deadline (-timeout).\nIt waited for a place and never started.\n',
    ]);
  });

  it.each([
    ['a name', 'no-such-program -z 1m', '"no-such-program" is no program on the PATH of tasks (/'],
    ['a path', '/no/such/program -z 1m', '"/no/such/program" is no program: install it'],
    ['a name behind assignments', 'A=1 no-such-program', '"no-such-program" is no program'],
  ])('a cmd that begins with %s of no program is refused at once', async (_, cmd, sentence) => {
    expect(await post('/', task({ cmd }))).toEqual([400, expect.stringContaining(sentence)]);
    expect(await post('/', task({ type: 'cmd', cmd }))).toEqual([400, expect.stringContaining(sentence)]);
    expect(log.messages()).not.toContain('Task started');
  });

  it.each(['load () { :; }; load', 'cd /; ls', 'sh -c true', "'no-such' || true", '[ 1 = 1 ] && true'])(
    'the cmd %s runs',
    async (cmd) => {
      expect(await post('/', task({ cmd }))).toEqual([202, '']);
      await vi.waitFor(() => expect(ended()).toEqual(['Task succeeded']), 5000);
    },
  );
});

describe('metrics', () => {
  it('count requests by known path and code, and tasks by type and outcome', async () => {
    await post('/gate/halt', '');
    await post('/a/stranger/chose/this', task({ type: 'bash', cmd: 'false' }));
    const text = await (await app.request('/metrics')).text();
    expect(text).toContain('sluice_tester_requests_total{path="/gate/halt",code="403"} 1');
    expect(text).toContain('sluice_tester_requests_total{path="/",code="500"} 1');
    expect(text).toContain('sluice_tester_tasks_total{type="bash",outcome="failed"} 1');
    expect(text).toContain('sluice_tester_tasks_running 0');
    expect(text).toContain('sluice_tester_tasks_waiting 0');
    expect(text).not.toContain('stranger');
  });
});
