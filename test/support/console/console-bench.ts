import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { impersonate } from '@sluice/kube/client/impersonate.ts';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { sourceOf } from '@sluice/sluice/cli/console/console-cluster.ts';
import { describeBy } from '@sluice/sluice/cli/console/own-console.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createConsoleApp } from '@sluice/sluice/console/console-app.ts';
import type { AccessOptions, ConsoleDeps } from '@sluice/sluice/console/console-deps.ts';
import { isLoopback } from '@sluice/sluice/console/start-console.ts';
import type { User } from '@sluice/sluice/people/who-am-i.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { createInProcessHttp } from '../fakes/in-process-http.ts';
import { installCanaryKind, putCanary } from './put-canaries.ts';
import { takeDecisions } from './stand-in-controller.ts';

export interface ConsoleBenchOptions {
  readonly access?: AccessOptions;
  readonly canaries?: readonly AnyKubeObject[];
  /** Answers a request before the local API server does: reviews, refusals. */
  readonly intercept?: (request: Request) => Promise<Response | undefined> | Response | undefined;
  readonly http?: ConsoleDeps['http'];
  /** Whether a controller takes decisions; default true. */
  readonly withController?: boolean;
  readonly describe?: ConsoleDeps['describe'];
  readonly refuses?: (verb: string) => string | undefined;
}

export type ConsoleBench = Awaited<ReturnType<typeof createConsoleBench>>;

export const localAdmin = { name: 'local-admin', groups: ['system:masters', 'system:authenticated'] };

/** A console over the local cluster's API server, without a socket and in time that only moves when told to. */
export async function createConsoleBench(options: ConsoleBenchOptions = {}) {
  const { access = { mode: 'kubeconfig' }, intercept, withController = true } = options;
  const clock = createFakeClock('2026-11-30T14:02:11Z');
  const log = createFakeLog();
  const now = (): number => clock.now();
  const store = createStore({ now });
  const { app: api } = createApiServer({ store, now, setTimer: (ms, action) => clock.setTimer(ms, action) });
  const asked: Request[] = [];
  const clusterHttp = createInProcessHttp(async (request) => {
    asked.push(request);
    return (await intercept?.(request)) ?? (await api.fetch(request));
  });
  const authorize = (headers: Readonly<Record<string, string>>) => Promise.resolve({ ...headers });
  const clientAs = (user?: User): KubeClient =>
    createKubeClient({
      http: clusterHttp,
      server: 'http://local',
      authorize: user === undefined ? authorize : impersonate(authorize, user),
      fieldManager: 'sluice-console',
      clock,
    });
  const direct = createKubeClient({
    http: createInProcessHttp((request) => api.fetch(request)),
    server: 'http://local',
    authorize: (headers) => Promise.resolve({ ...headers }),
    fieldManager: 'test',
    clock,
  });
  await installCanaryKind(direct);
  for (const object of options.canaries ?? []) await putCanary(direct, object);
  const client = clientAs();
  const informers = createInformerCache({ client, clock, log, random: () => 0.5 });
  const source = sourceOf(informers, undefined);
  let secrets = 0;
  const deps: ConsoleDeps = {
    cluster: { canaries: source, client, clientAs, name: 'eu-1' },
    clock,
    log,
    newSecret: () => `secret-${(secrets += 1)}-${'x'.repeat(32)}`,
    http: options.http ?? createInProcessHttp(() => new Response('', { status: 404 })),
    version: '0.0.0-test',
    describe: options.describe ?? describeBy('istio'),
  };
  const guard = { isOwn: (name: string) => isLoopback(name) };
  const consoleOptions = {
    listen: { host: '127.0.0.1', port: 0, guard },
    access,
    settings: [['Access', access.mode, 'test']] as const,
  };
  const running = createConsoleApp(deps, consoleOptions, localAdmin);
  const stopController = withController ? takeDecisions(source, direct, now, options.refuses) : () => {};
  await clock.settle();
  return {
    ...running,
    clock,
    log,
    store,
    kube: direct,
    /** Everything that the cluster stores, as text: to compare. */
    stored: () => JSON.stringify(store.list(canaries)),
    /** Requests that the console sent to the cluster. */
    asked,
    deps,
    consoleOptions,
    async end(): Promise<void> {
      stopController();
      running.close();
      await informers.stop();
    },
  };
}

/** One browser: it keeps cookies, and sends what a browser sends. */
export function createBrowser(bench: Pick<ConsoleBench, 'app' | 'clock'>, peer = '127.0.0.1') {
  const jar = new Map<string, string>();
  const origin = 'http://console.test';
  const send = async (path: string, init: RequestInit = {}, extra: Record<string, string> = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host: 'console.test', ...(cookie === '' ? {} : { cookie }), ...extra };
    const env = { incoming: { socket: { remoteAddress: peer } } };
    let answer: Response | undefined;
    const request = Promise.resolve(bench.app.request(`${origin}${path}`, { ...init, headers }, env)).then(
      (got) => (answer = got),
    );
    // What waits for the cluster waits in time that the test moves.
    for (let turn = 0; turn < 600 && answer === undefined; turn += 1) await bench.clock.advance(20);
    const got = await request;
    for (const line of got.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return { status: got.status, headers: got.headers, text: await got.text() };
  };
  const csrfIn = (text: string): string => /name="csrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
  return {
    jar,
    get: (path: string, headers?: Record<string, string>) => send(path, {}, headers),
    head: (path: string) => send(path, { method: 'HEAD' }),
    /** Posts fields as a form of this origin does; without `csrf` among them, with the one of `from`. */
    async post(
      path: string,
      fields: Record<string, string>,
      headers: Record<string, string> = {},
      from = '/settings',
    ) {
      const csrf = 'csrf' in fields || path === '/login' ? {} : { csrf: csrfIn((await send(from)).text) };
      const body = new URLSearchParams({ ...csrf, ...fields }).toString();
      const own = {
        origin,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      };
      return await send(path, { method: 'POST', body }, { ...own, ...headers });
    },
    csrfIn,
  };
}
