import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import type { OwnName } from '@sluice/lib/http/strangers.ts';
import { namespaces } from '@sluice/kube/objects/resources.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { startQueryEndpoint } from '@sluice/local/query/start-query-endpoint.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { createChatListener } from '@sluice/sluice/chat/chat-listener.ts';
import { createTelegram } from '@sluice/sluice/chat/telegram.ts';
import { createControllerPages } from '@sluice/sluice/controller/http-pages.ts';
import { startConsole } from '@sluice/sluice/console/start-console.ts';
import { serveHttp } from '@sluice/sluice/platform/serve-http.ts';
import { createMemoryGateStore } from '@sluice/tester/gates/memory-gate-store.ts';
import { createNamespaceRule } from '@sluice/tester/namespace-rule.ts';
import { serveTester } from '@sluice/tester/serve-tester.ts';
import { createTaskRunner } from '@sluice/tester/task-runner.ts';
import { createTesterApp } from '@sluice/tester/tester-app.ts';
import { createTesterMetrics } from '@sluice/tester/tester-metrics.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createInProcessHttp } from '../fakes/in-process-http.ts';
import { createLocalKube } from '../fakes/local-kube.ts';
import { createGatewayBench } from './gateway-bench.ts';

export interface Listener {
  /** Where a client with all that it needs would begin: with the secret of its path. */
  readonly url: string;
  /** Path of a request that does something when it is a POST of `body`. */
  readonly path: string;
  readonly body: string;
  /** Whether a request has reached what is behind the guard. Absent where nothing shows it. */
  readonly done?: () => boolean;
  close(): Promise<void>;
}

const now = (): number => Date.now();
const isOwn: OwnName = (name) => name === 'own.test';

const host = '127.0.0.1';
const hook = JSON.stringify({ name: 'podinfo', namespace: 'test', phase: 'Succeeded' });

async function api(): Promise<Listener> {
  const store = createStore({ now });
  const server = await createApiServer({ store, now }).listen({ host, port: 0 });
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'made-by-a-stranger' } };
  return {
    url: server.url,
    path: '/api/v1/namespaces',
    body: JSON.stringify(body),
    done: () => store.get(namespaces, { name: body.metadata.name }) !== undefined,
    close: () => server.close(),
  };
}

async function query(): Promise<Listener> {
  const endpoint = await startQueryEndpoint({ store: createStore({ now }), now, port: 0 });
  return { url: endpoint.url, path: '/api/v1/query?query=up', body: '', close: () => endpoint.close() };
}

async function gateway(): Promise<Listener> {
  const bench = await createGatewayBench();
  return { url: bench.gateway.url, path: '/', body: '{}', close: () => bench.close() };
}

async function tester(): Promise<Listener> {
  const log = createFakeLog();
  const metrics = createTesterMetrics();
  const gates = createMemoryGateStore(createFakeClock());
  const tasks = createTaskRunner({ runCommand, log, metrics, env: process.env, timeoutMs: 5_000 });
  const canaries = { describeUnknown: () => Promise.resolve(undefined) };
  const allowNamespace = createNamespaceRule('');
  const app = createTesterApp({ gates, tasks, metrics, log, allowNamespace, canaries });
  let reached = false;
  // Whatever reaches the app passes here first.
  const outer = new Hono().use(async (_, next) => {
    reached = true;
    await next();
  });
  const server = await serveTester(outer.route('/', app), { address: host, port: 0, guard: { isOwn } });
  return {
    url: `http://${host}:${server.port}`,
    path: '/gate/open',
    body: hook,
    done: () => reached,
    async close() {
      server.cut();
      await server.close();
      await tasks.stop();
    },
  };
}

async function controller(): Promise<Listener> {
  let reached = false;
  const pages = createControllerPages({
    problems: () => {
      reached = true;
      return [];
    },
    metrics: () => Promise.resolve({ text: '', contentType: 'text/plain' }),
  });
  const server = await serveHttp(pages, { host, port: 0, guard: { isOwn } });
  return { url: server.url, path: '/readyz', body: '{}', done: () => reached, close: () => server.close(0) };
}

async function chat(): Promise<Listener> {
  let reached = false;
  const platform = {
    ...createTelegram(
      { http: { send: () => Promise.reject(new Error('no chat here')) }, clock: createFakeClock() },
      telegram,
    ),
    readClick: () => {
      reached = true;
      return { kind: 'challenge' as const };
    },
  };
  const listener = createChatListener({
    chats: [{ platform }],
    onClick: () => Promise.resolve(),
    health: () => ({ isReady: true, problems: [] }),
    clock: createFakeClock(),
    log: createFakeLog(),
  });
  const server = await serveHttp(listener, { host, port: 0, guard: { isOwn } });
  return {
    url: server.url,
    path: '/telegram',
    body: '{}',
    done: () => reached,
    close: () => server.close(0),
  };
}

const telegram = { token: 'token', secretToken: 'secret', chat: '-1', apiUrl: 'http://telegram.test' };

/** One that asks for tokens: its login is the only form without a secret of the page. */
async function webConsole(): Promise<Listener> {
  let reached = false;
  const clock = createFakeClock();
  const log = createFakeLog();
  const kube = createLocalKube(clock);
  const running = await startConsole(
    { listen: { host, port: 0, guard: { isOwn } }, access: { mode: 'token' }, settings: [] },
    {
      cluster: {
        canaries: { follow: () => () => undefined, problem: () => undefined },
        client: kube.client(),
        clientAs: () => kube.client(),
        name: 'test',
      },
      // Every page and every form of the console asks for the time.
      clock: {
        ...clock,
        now: () => {
          reached = true;
          return clock.now();
        },
      },
      log,
      http: createInProcessHttp(() => new Response('')),
      newSecret: () => 'secret',
      version: 'test',
      describe: () => ({ unreadable: 'nothing is here' }),
    },
  );
  reached = false;
  return { url: running.url, path: '/login', body: '{}', done: () => reached, close: () => running.close() };
}

async function receiver(program: 'slack' | 'telegram'): Promise<Listener> {
  const file = fileURLToPath(new URL(`../../../examples/podinfo/receivers/${program}.ts`, import.meta.url));
  const env = { PORT: '0', SLUICE_BIND_ADDRESS: host, ALLOWED_HOSTS: 'own.test' };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let lines = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines += 1;
    resolve(/http:\S+/.exec(line)?.[0] ?? '');
  });
  return {
    url: await promise,
    path: program === 'slack' ? '/slack' : '/',
    body: hook,
    done: () => lines > 1,
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Every listener behind the guard, by the file that makes it. */
export const guardedListeners: Readonly<Record<string, () => Promise<Listener>>> = {
  'packages/local/src/api/listen.ts': api,
  'packages/local/src/query/start-query-endpoint.ts': query,
  'packages/local/src/network/gateway/start-gateway.ts': gateway,
  'packages/tester/src/serve-tester.ts': tester,
  'packages/sluice/src/cli/controller.ts': controller,
  'packages/sluice/src/cli/chat.ts': chat,

  'packages/sluice/src/console/start-console.ts': webConsole,
  'examples/podinfo/receivers/slack.ts': () => receiver('slack'),
  'examples/podinfo/receivers/telegram.ts': () => receiver('telegram'),
};

/** Files that may open a port without the guard, each with the reason. */
export const unguardedListeners: Readonly<Record<string, string>> = {
  'packages/lib/src/http/guarded-server.ts': 'it is the guard',
  'packages/local/src/network/gateway/start-gateway.ts':
    'it relays for applications; its own answers ask the guard (route-request.ts)',
  'packages/local/src/network/forward-proxy.ts':
    'a request to a proxy names another host; it relays only for who sends its credential',
  'packages/local/src/network/address-range.ts': 'it answers nothing: the bound port is a lock',
  'packages/local/src/images/podinfo/main.ts': 'it stands for an application of a user',
  'packages/local/src/images/podinfo/grpc-health.ts': 'it stands for an application of a user',
  'examples/hooks/gate.ts': 'people copy it alone; it answers a question and changes nothing',
  'examples/hooks/slack-approval.ts':
    "people copy it alone; a decision counts only with Slack's signature, and a hook of a stranger changes no decision",
};
