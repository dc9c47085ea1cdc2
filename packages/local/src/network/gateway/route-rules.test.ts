import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { httpRoutes } from '@sluice/kube/objects/resources.ts';
import { backend, createGatewayBench } from '../../../../../test/support/rigs/gateway-bench.ts';
import type { GatewayBench } from '../../../../../test/support/rigs/gateway-bench.ts';

let bench: GatewayBench;

beforeEach(async () => {
  bench = await createGatewayBench();
});
afterEach(() => bench.close());

test('the most specific rule wins: host, path, method, headers, query', async () => {
  await bench.addBackends('any', 'host', 'exact', 'long', 'method', 'header', 'query');
  bench.addGateway();
  const rule = (name: string, match: unknown): unknown => ({
    matches: [match],
    backendRefs: [backend(name)],
  });
  bench.addRoute({
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
  bench.addRoute({ hostnames: ['*.example.com'], rules: [{ backendRefs: [backend('host')] }] }, 'hosted');
  const answers = await Promise.all([
    bench.send('/other'),
    bench.send('/ab'),
    bench.send('/a/b'),
    bench.send('/a'),
    bench.send('/a/b', { method: 'PUT' }),
    bench.send('/a/b', { headers: { 'x-user': 'me' } }),
    bench.send('/a/b?v=12'),
    bench.send('/a/b?v=x'),
    bench.send('/a', { headers: { host: 'www.example.com:80' } }),
    bench.send('/other', { headers: { host: 'example.com' } }),
  ]);
  expect(answers.map((answer) => answer.body)).toEqual(
    ['any', 'any', 'long', 'exact', 'method', 'header', 'query', 'long', 'host', 'any'].map(
      (name) => `${name}-1`,
    ),
  );
});

test('filters change headers both ways and rewrite path and host', async () => {
  bench.addService('web', { app: 'web' });
  const pod = await bench.addPod('web-1', { app: 'web' }, (_incoming, response) => {
    response.setHeader('x-internal', '1').end();
  });
  bench.addGateway();
  const cookie = {
    type: 'ResponseHeaderModifier',
    responseHeaderModifier: { add: [{ name: 'Set-Cookie', value: 'a=b' }] },
  };
  bench.addRoute({
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
  const { headers } = await bench.send('/old/x?q=1', { headers: { 'x-drop': '1' } });
  expect(headers['x-internal']).toBeUndefined();
  expect(headers['set-cookie']).toEqual(['a=b']);
  expect(pod.seen[0]?.url).toBe('/new/x?q=1');
  expect(pod.seen[0]?.headers).toMatchObject({ host: 'inner', 'x-set': '1' });
  expect(pod.seen[0]?.headers['x-drop']).toBeUndefined();
});

test('a Cookie header is matched as a whole, the first of equal rules wins, and filters are of the backend that answers', async () => {
  await bench.addBackends('first', 'second', 'others');
  bench.addGateway();
  const gives = (value: string) => ({
    filters: [
      { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'Set-Cookie', value }] } },
    ],
  });
  const cookie = (value: string) => [{ headers: [{ name: 'Cookie', type: 'RegularExpression', value }] }];
  bench.addRoute({
    rules: [
      { matches: cookie('(.*; ?)?a=1(;.*)?'), backendRefs: [backend('first')] },
      { matches: cookie('(.*; ?)?b=2(;.*)?'), backendRefs: [backend('second')] },
      { backendRefs: [backend('first', 0, gives('a=1')), backend('others', 1, gives('b=2'))] },
    ],
  });
  const servedBy = async (header: string) => (await bench.send('/', { headers: { cookie: header } })).body;
  expect(await servedBy('x=y; b=2; a=1')).toBe('first-1');
  expect(await servedBy('b=2')).toBe('second-1');
  expect(await servedBy('ab=2; a=11')).toBe('others-1');
  expect((await bench.send('/')).headers['set-cookie']).toEqual(['b=2']);
});

test('a redirect rule answers by itself', async () => {
  bench.addGateway();
  const requestRedirect = { scheme: 'https', hostname: 'example.com', statusCode: 301 };
  bench.addRoute({ rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect }] }] });
  const { status, headers } = await bench.send('/x?y=1');
  expect({ status, location: headers['location'] }).toEqual({
    status: 301,
    location: 'https://example.com/x?y=1',
  });
});

test('a CORS filter answers preflights and tells browsers who may read an answer', async () => {
  await bench.addBackends('web');
  bench.addGateway();
  const cors = { allowOrigins: ['https://*.example.com'], allowMethods: ['GET', 'PUT'], maxAge: 60 };
  bench.addRoute({ rules: [{ filters: [{ type: 'CORS', cors }], backendRefs: [backend('web')] }] });
  const origin = 'https://www.example.com';
  const preflight = await bench.send('/', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, PUT',
    'access-control-max-age': '60',
  });
  const allowed = await bench.send('/', { headers: { origin } });
  expect(allowed).toMatchObject({ body: 'web-1', headers: { 'access-control-allow-origin': origin } });
  const foreign = await bench.send('/', { headers: { origin: 'https://example.org' } });
  expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
});

test('a mirror gets a copy, body and all, and its answer reaches nobody', async () => {
  bench.addService('web', { app: 'web' });
  await bench.addPod('web-1', { app: 'web' }, (incoming, response) => incoming.pipe(response));
  bench.addService('shadow', { app: 'shadow' });
  const lengths: number[] = [];
  await bench.addPod('shadow-1', { app: 'shadow' }, (incoming, response) => {
    let length = 0;
    incoming.on('data', (chunk: Buffer) => (length += chunk.length));
    incoming.on('end', () => {
      lengths.push(length);
      response.writeHead(500).end();
    });
  });
  bench.addGateway();
  const filters = [{ type: 'RequestMirror', requestMirror: { backendRef: backend('shadow') } }];
  bench.addRoute({ rules: [{ filters, backendRefs: [backend('web')] }] });
  const body = 'copied'.repeat(50_000);
  const answer = await bench.send('/', { method: 'POST', body });
  expect([answer.status, answer.body === body]).toEqual([200, true]);
  expect(await bench.send('/')).toMatchObject({ status: 200, body: '' });
  await vi.waitFor(() => expect(lengths).toEqual(expect.arrayContaining([300_000, 0])));
});

const headed = (value: string) => ({
  matches: [{ headers: [{ name: 'x-user', type: 'RegularExpression', value }] }],
  backendRefs: [backend('special')],
});

test.each([
  ['(?i)beta', 'BETA', 'special-1'],
  ['(?i)beta', 'beta-tester', 'web-1'],
  ['[[:alpha:]]+', 'abc', 'special-1'],
  ['a|b', 'ab', 'web-1'],
  // A backtracking engine would still be at it: this test would not end.
  ['(a+)+', `${'a'.repeat(60)}!`, 'web-1'],
])('an expression for a header is in the syntax of gateways: %s on %s', async (value, header, body) => {
  await bench.addBackends('web', 'special');
  bench.addGateway();
  bench.addRoute({ rules: [headed(value), { backendRefs: [backend('web')] }] });
  expect((await bench.send('/', { headers: { 'x-user': header } })).body).toBe(body);
});

test.each(['(', 'a(?=b)', '(a)\\1', 'a)|(b'])(
  'a route with the expression %s says so in its status',
  async (value) => {
    await bench.addBackends('web', 'special');
    bench.addGateway();
    bench.addRoute({ rules: [headed(value), { backendRefs: [backend('web')] }] });
    await vi.waitFor(() =>
      expect(bench.store.list(httpRoutes)[0]).toMatchObject({
        status: {
          parents: [
            {
              conditions: expect.arrayContaining([
                expect.objectContaining({
                  type: 'Accepted',
                  status: 'False',
                  message: expect.stringContaining("is no regular expression in Go's syntax (RE2)"),
                }),
              ]),
            },
          ],
        },
      }),
    );
    expect((await bench.send('/')).status).toBe(404);
  },
);
