import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gateways, httpRoutes } from '../../../api/resources.ts';
import { createFakeLog } from '../../../../test/support/fake-log.ts';
import { createLocalFixture, type LocalFixture } from '../../../../test/support/local-network-fixture.ts';
import { startGateway, type LocalGateway } from './start-gateway.ts';
import { gatewayClasses } from './status-writer.ts';

let fixture: LocalFixture;
let gateway: LocalGateway;
let agent: Agent;

beforeEach(async () => {
  fixture = await createLocalFixture();
  agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const { store, network } = fixture;
  gateway = await startGateway({ store, network, log: createFakeLog(), port: 0, now: () => Date.now() });
});
afterEach(async () => {
  agent.destroy();
  await gateway.close();
  await fixture.close();
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

async function send(
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  const outgoing = request(new URL(path, gateway.url), { method, headers, agent });
  outgoing.end(body);
  const [incoming] = await once(outgoing, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { status: incoming.statusCode, body: Buffer.concat(chunks).toString(), headers: incoming.headers };
}

const backend = (
  name: string,
  weight = 1,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  name,
  port: 80,
  weight,
  ...more,
});

/** Services and one pod each. */
async function addBackends(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    fixture.addService(name, { app: name });
    await fixture.addPod(`${name}-1`, { app: name });
  }
}

function statusOf(resource: typeof httpRoutes, name: string): Readonly<Record<string, never>> {
  return fixture.store.get(resource, { namespace: 'test', name })?.['status'] as Readonly<
    Record<string, never>
  >;
}

test('over 2,000 requests each backend gets its weight within 3 points, and one of weight 0 nothing', async () => {
  await addBackends('primary', 'canary', 'none');
  fixture.addGateway();
  fixture.addRoute({
    rules: [{ backendRefs: [backend('primary', 90), backend('canary', 10), backend('none', 0)] }],
  });
  const counts = new Map<string, number>();
  const client = async (): Promise<void> => {
    for (let count = 0; count < 100; count += 1) {
      const { body } = await send('/');
      counts.set(body, (counts.get(body) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
  const percent = (name: string): number => (counts.get(name) ?? 0) / 20;
  expect(Math.abs(percent('primary-1') - 90)).toBeLessThan(3);
  expect(Math.abs(percent('canary-1') - 10)).toBeLessThan(3);
  expect(counts.get('none-1')).toBeUndefined();
  const measured = gateway.traffic().requests.find((entry) => entry.backend === 'test/canary:80');
  expect(measured).toEqual({
    route: 'test/web',
    backend: 'test/canary:80',
    status: 200,
    count: counts.get('canary-1'),
  });
});

test('no request fails while pods come and go under load', async () => {
  fixture.addService('web', { app: 'web' });
  let pods = [await fixture.addPod('web-0', { app: 'web' }), await fixture.addPod('web-00', { app: 'web' })];
  fixture.addGateway();
  fixture.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  const statuses = new Map<number, number>();
  let isOver = false;
  const client = async (method: string): Promise<void> => {
    while (!isOver) {
      const { status } = await send(
        '/',
        method === 'POST' ? { method, body: 'x'.repeat(2_000) } : { method },
      );
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const clients = [...Array.from({ length: 8 }, () => client('GET')), client('POST'), client('POST')];
  for (let round = 1; round <= 20; round += 1) {
    const added = await fixture.addPod(`web-${round}`, { app: 'web' });
    const [oldest, ...others] = pods;
    oldest!.remove();
    pods = [...others, added];
    await vi.waitFor(() => expect(added.seen.length).toBeGreaterThan(5));
  }
  isOver = true;
  await Promise.all(clients);
  expect([...statuses.keys()]).toEqual([200]);
  expect(gateway.traffic().ownFailures).toBe(0);
});

test('idle connections to a pod are closed as soon as it leaves', async () => {
  fixture.addService('web', { app: 'web' });
  const pod = await fixture.addPod('web-1', { app: 'web' });
  fixture.addGateway();
  fixture.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  await Promise.all([send('/'), send('/'), send('/')]);
  const connections = promisify(pod.server.getConnections.bind(pod.server));
  expect(await connections()).toBeGreaterThan(0);
  pod.setReady(false);
  await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 500 });
});

test('a pod that refuses connections though it counts as ready costs no request', async () => {
  fixture.addService('web', { app: 'web' });
  await fixture.addPod('web-1', { app: 'web' });
  const crashed = await fixture.addPod('web-2', { app: 'web' });
  crashed.server.close();
  fixture.addGateway();
  fixture.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  for (let count = 0; count < 6; count += 1)
    expect(await send('/')).toMatchObject({ status: 200, body: 'web-1' });
});

test('a connection reset before the answer is tried again when nothing can be done twice by it', async () => {
  fixture.addService('web', { app: 'web' });
  let resets = 0;
  await fixture.addPod('web-1', { app: 'web' }, (incoming, response) => {
    if (resets++ > 0) response.end('second');
    else incoming.socket.resetAndDestroy();
  });
  fixture.addGateway();
  fixture.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  expect(await send('/')).toMatchObject({ status: 200, body: 'second' });
  resets = 0;
  expect(await send('/', { method: 'POST', body: 'x' })).toMatchObject({ status: 502 });
  expect(gateway.traffic()).toMatchObject({ ownErrors: { broken: 1 }, ownFailures: 1 });
});

test('the most specific rule wins: host, path, method, headers, query', async () => {
  await addBackends('any', 'host', 'exact', 'long', 'method', 'header', 'query');
  fixture.addGateway();
  const rule = (name: string, match: unknown): unknown => ({
    matches: [match],
    backendRefs: [backend(name)],
  });
  fixture.addRoute({
    rules: [
      rule('any', { path: { type: 'PathPrefix', value: '/' } }),
      rule('long', { path: { type: 'PathPrefix', value: '/a' } }),
      rule('exact', { path: { type: 'Exact', value: '/a' } }),
      rule('method', { path: { type: 'PathPrefix', value: '/a' }, method: 'PUT' }),
      rule('header', {
        path: { type: 'PathPrefix', value: '/a' },
        headers: [{ name: 'X-User', value: 'me' }],
      }),
      rule('query', {
        path: { type: 'PathPrefix', value: '/a' },
        queryParams: [{ name: 'v', type: 'RegularExpression', value: '[0-9]+' }],
      }),
    ],
  });
  fixture.addRoute({ hostnames: ['*.example.com'], rules: [{ backendRefs: [backend('host')] }] }, 'hosted');
  const answers = await Promise.all([
    send('/other'),
    send('/ab'),
    send('/a/b'),
    send('/a'),
    send('/a/b', { method: 'PUT' }),
    send('/a/b', { headers: { 'x-user': 'me' } }),
    send('/a/b?v=12'),
    send('/a/b?v=x'),
    send('/a', { headers: { host: 'www.example.com:80' } }),
    send('/other', { headers: { host: 'example.com' } }),
  ]);
  expect(answers.map((answer) => answer.body)).toEqual(
    ['any', 'any', 'long', 'exact', 'method', 'header', 'query', 'long', 'host', 'any'].map(
      (name) => `${name}-1`,
    ),
  );
});

test('filters change headers both ways and rewrite path and host', async () => {
  fixture.addService('web', { app: 'web' });
  const pod = await fixture.addPod('web-1', { app: 'web' }, (_incoming, response) => {
    response.setHeader('x-internal', '1').end();
  });
  fixture.addGateway();
  const cookie = {
    type: 'ResponseHeaderModifier',
    responseHeaderModifier: { add: [{ name: 'Set-Cookie', value: 'a=b' }] },
  };
  fixture.addRoute({
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/old' } }],
        filters: [
          {
            type: 'RequestHeaderModifier',
            requestHeaderModifier: { set: [{ name: 'X-Set', value: '1' }], remove: ['x-drop'] },
          },
          { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['x-internal'] } },
          {
            type: 'URLRewrite',
            urlRewrite: {
              hostname: 'inner',
              path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' },
            },
          },
        ],
        backendRefs: [backend('web', 1, { filters: [cookie] })],
      },
    ],
  });
  const { headers } = await send('/old/x?q=1', { headers: { 'x-drop': '1' } });
  expect(headers['x-internal']).toBeUndefined();
  expect(headers['set-cookie']).toEqual(['a=b']);
  expect(pod.seen[0]?.url).toBe('/new/x?q=1');
  expect(pod.seen[0]?.headers).toMatchObject({ host: 'inner', 'x-set': '1' });
  expect(pod.seen[0]?.headers['x-drop']).toBeUndefined();
});

test('a Cookie header is matched as a whole, the first of equal rules wins, and filters are of the backend that answers', async () => {
  await addBackends('first', 'second', 'others');
  fixture.addGateway();
  const gives = (value: string) => ({
    filters: [
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'Set-Cookie', value }] } },
    ],
  });
  const cookie = (value: string) => [{ headers: [{ name: 'Cookie', type: 'RegularExpression', value }] }];
  fixture.addRoute({
    rules: [
      { matches: cookie('(.*; ?)?a=1(;.*)?'), backendRefs: [backend('first')] },
      { matches: cookie('(.*; ?)?b=2(;.*)?'), backendRefs: [backend('second')] },
      { backendRefs: [backend('first', 0, gives('a=1')), backend('others', 1, gives('b=2'))] },
    ],
  });
  const servedBy = async (header: string) => (await send('/', { headers: { cookie: header } })).body;
  expect(await servedBy('x=y; b=2; a=1')).toBe('first-1');
  expect(await servedBy('b=2')).toBe('second-1');
  expect(await servedBy('ab=2; a=11')).toBe('others-1');
  expect((await send('/')).headers['set-cookie']).toEqual(['b=2']);
});

test('a redirect rule answers by itself', async () => {
  fixture.addGateway();
  const requestRedirect = { scheme: 'https', hostname: 'example.com', statusCode: 301 };
  fixture.addRoute({ rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect }] }] });
  const { status, headers } = await send('/x?y=1');
  expect({ status, location: headers['location'] }).toEqual({
    status: 301,
    location: 'https://example.com/x?y=1',
  });
});

test('a CORS filter answers preflights and tells browsers who may read an answer', async () => {
  await addBackends('web');
  fixture.addGateway();
  const cors = { allowOrigins: ['https://*.example.com'], allowMethods: ['GET', 'PUT'], maxAge: 60 };
  fixture.addRoute({ rules: [{ filters: [{ type: 'CORS', cors }], backendRefs: [backend('web')] }] });
  const origin = 'https://www.example.com';
  const preflight = await send('/', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, PUT',
    'access-control-max-age': '60',
  });
  const allowed = await send('/', { headers: { origin } });
  expect(allowed).toMatchObject({ body: 'web-1', headers: { 'access-control-allow-origin': origin } });
  const foreign = await send('/', { headers: { origin: 'https://example.org' } });
  expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
});

test('a mirror gets a copy, body and all, and its answer reaches nobody', async () => {
  fixture.addService('web', { app: 'web' });
  await fixture.addPod('web-1', { app: 'web' }, (incoming, response) => incoming.pipe(response));
  fixture.addService('shadow', { app: 'shadow' });
  const lengths: number[] = [];
  await fixture.addPod('shadow-1', { app: 'shadow' }, (incoming, response) => {
    let length = 0;
    incoming.on('data', (chunk: Buffer) => (length += chunk.length));
    incoming.on('end', () => {
      lengths.push(length);
      response.writeHead(500).end();
    });
  });
  fixture.addGateway();
  const filters = [{ type: 'RequestMirror', requestMirror: { backendRef: backend('shadow') } }];
  fixture.addRoute({ rules: [{ filters, backendRefs: [backend('web')] }] });
  const body = 'copied'.repeat(50_000);
  const answer = await send('/', { method: 'POST', body });
  expect([answer.status, answer.body === body]).toEqual([200, true]);
  expect(await send('/')).toMatchObject({ status: 200, body: '' });
  await vi.waitFor(() => expect(lengths).toEqual(expect.arrayContaining([300_000, 0])));
});

test('what no backend can answer is 404, 500 or 503, and counted as its own', async () => {
  fixture.addService('empty', { app: 'none' });
  fixture.addGateway();
  expect(await send('/')).toMatchObject({ status: 404 });
  const prefix = (value: string): unknown => [{ path: { type: 'PathPrefix', value } }];
  fixture.addRoute({
    rules: [
      { matches: prefix('/missing'), backendRefs: [backend('missing')] },
      { matches: prefix('/empty'), backendRefs: [backend('empty')] },
      { matches: prefix('/zero'), backendRefs: [backend('empty', 0)] },
    ],
  });
  const answers = await Promise.all(['/missing', '/empty', '/zero'].map((path) => send(path)));
  expect(answers.map((answer) => answer.status)).toEqual([500, 503, 500]);
  expect(gateway.traffic()).toEqual({
    requests: [],
    ownErrors: { 'no-route': 1, 'no-backend': 2, 'no-endpoints': 1 },
    ownFailures: 3,
  });
});

test('class, Gateway and route say that they are accepted, for the generation they were read at', async () => {
  await addBackends('web');
  fixture.addGateway();
  fixture.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  await vi.waitFor(() => expect(statusOf(httpRoutes, 'web')).toBeDefined());
  expect(statusOf(httpRoutes, 'web')).toMatchObject({
    parents: [
      {
        parentRef: { name: 'local' },
        controllerName: 'sluice.local/gateway',
        conditions: [
          { type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration: 1 },
          { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', observedGeneration: 1 },
        ],
      },
    ],
  });
  expect(statusOf(gateways, 'local')).toMatchObject({
    addresses: [{ type: 'IPAddress', value: '127.0.0.1' }],
    conditions: [
      { type: 'Accepted', status: 'True' },
      { type: 'Programmed', status: 'True' },
    ],
    listeners: [{ name: 'http', attachedRoutes: 1 }],
  });
  expect(fixture.store.get(gatewayClasses, { name: 'sluice-local' })?.['status']).toMatchObject({
    conditions: [{ type: 'Accepted', status: 'True' }],
  });
});

test('a status is written only when it changes', async () => {
  await addBackends('web');
  fixture.addGateway();
  fixture.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  await vi.waitFor(() => expect(statusOf(httpRoutes, 'web')).toBeDefined());
  let writes = 0;
  fixture.store.subscribe(httpRoutes, () => (writes += 1));
  fixture.addService('unrelated', {});
  await send('/');
  expect(writes).toBe(0);
});

test.each([
  [
    'a Service that is missing',
    { rules: [{ backendRefs: [backend('missing')] }] },
    'ResolvedRefs',
    'BackendNotFound',
  ],
  [
    'a Service elsewhere',
    { rules: [{ backendRefs: [backend('web', 1, { namespace: 'default' })] }] },
    'ResolvedRefs',
    'RefNotPermitted',
  ],
  [
    'a filter it does not know',
    { rules: [{ filters: [{ type: 'ExtensionRef' }], backendRefs: [backend('web')] }] },
    'Accepted',
    'UnsupportedValue',
  ],
  [
    'a listener that is not there',
    { parentRefs: [{ name: 'local', sectionName: 'tls' }] },
    'Accepted',
    'NoMatchingParent',
  ],
  [
    "a hostname that is not the listener's",
    { hostnames: ['other.org'] },
    'Accepted',
    'NoMatchingListenerHostname',
  ],
])('a route with %s says so in its status', async (_what, spec, type, reason) => {
  await addBackends('web');
  fixture.addGateway({ hostname: '*.example.com' });
  fixture.addRoute({ rules: [{ backendRefs: [backend('web')] }], ...spec });
  await vi.waitFor(() => {
    const [parent] = (statusOf(httpRoutes, 'web')?.['parents'] ?? []) as readonly {
      readonly conditions: unknown;
    }[];
    expect(parent?.conditions).toContainEqual(expect.objectContaining({ type, status: 'False', reason }));
  });
});

test('a port in use is a sentence, not a stack', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { readonly port: number };
  const { store, network } = fixture;
  const starting = startGateway({ store, network, log: createFakeLog(), port, now: () => Date.now() });
  await expect(starting).rejects.toThrow(`the gateway's port ${port} on 127.0.0.1 is in use`);
  taken.close();
});
