import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeMetricSourceContract, plainConfig } from '../../../../test/contracts/metric-source.ts';
import type { MetricBehaviour } from '../../../../test/contracts/metric-source.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import {
  replyEndless,
  replyHalf,
  replyJson,
  replyNothing,
  replyScalar,
  replyText,
  replyVector,
  startFakePrometheus,
} from '../../../../test/support/fakes/fake-prometheus.ts';
import type { FakePrometheus } from '../../../../test/support/fakes/fake-prometheus.ts';
import { createHttpClient } from '../platform/http-client.ts';
import type { ClosableHttpClient } from '../platform/http-client.ts';
import type { MetricSourceConfig } from '../ports/metric-source.ts';
import { findMetricProvider } from './index.ts';
import { prometheus } from './prometheus.ts';

describeMetricSourceContract('prometheus', () => ({
  provider: prometheus,
  query: 'up',
  start: async () => {
    const server = await startFakePrometheus();
    return {
      url: server.url,
      asked: () => server.received.length,
      behave: (behaviour) => server.answer(replyTo(behaviour)),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
}));

function replyTo(behaviour: MetricBehaviour) {
  if (behaviour.kind === 'value') return replyVector(String(behaviour.value));
  if (behaviour.kind === 'status') return replyText('no', behaviour.status);
  const replies = {
    'no-data': replyVector(),
    'not-a-number': replyVector('NaN'),
    broken: replyText('{"status":'),
    endless: replyEndless,
    silent: replyNothing,
  };
  return replies[behaviour.kind];
}

describe('prometheus', () => {
  let server: FakePrometheus;
  let http: ClosableHttpClient;
  const clock = createFakeClock();
  const never = new AbortController().signal;

  beforeEach(async () => {
    server = await startFakePrometheus();
    http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  });
  afterEach(async () => {
    await http.close();
    await server[Symbol.asyncDispose]();
  });

  const create = (config: Partial<MetricSourceConfig> = {}) =>
    prometheus.create({ ...plainConfig, address: server.url, ...config }, { http, clock });
  const ask = (query = 'up', config: Partial<MetricSourceConfig> = {}) =>
    create(config).query(query, 60_000, never);

  it('asks the query API below the path of its address, byte for byte', async () => {
    await ask('\n  sum(\n    rate(x{a="&b"}[1m])\n  )  ', { address: `${server.url}/prom/` });
    expect(server.received[0]).toMatchObject({ method: 'GET' });
    expect(server.received[0]?.path).toMatch(/^\/prom\/api\/v1\/query\?query=/);
    expect(server.queries()).toEqual(['\n  sum(\n    rate(x{a="&b"}[1m])\n  )  ']);
  });

  it.each([
    ['a token', { token: 'secret\n', username: 'u', password: 'p' }, 'Bearer secret'],
    ['user and password', { username: 'u', password: 'p:q' }, `Basic ${btoa('u:p:q')}`],
  ])('signs in with %s', async (_name, credentials, expected) => {
    const source = create({ credentials, headers: { 'X-Scope-OrgID': ['a', 'b'], Authorization: ['old'] } });
    await source.query('up', 60_000, never);
    await source.query('up', 60_000, never);
    for (const { headers } of server.received) {
      expect(headers).toMatchObject({ authorization: expected, 'x-scope-orgid': 'a, b' });
    }
  });

  it('refuses a Secret without the keys it needs', () => {
    expect(() => create({ credentials: { username: 'u' } })).toThrow(
      'token, or the keys username and password',
    );
  });

  it.each(['', 'prometheus:9090', 'ftp://x', 'http://'])('refuses the address %j', (address) => {
    expect(() => create({ address })).toThrow('is no http(s) URL');
  });

  it('reads scalars and keeps infinities', async () => {
    server.answer(replyScalar('2.5'));
    expect(await ask()).toBe(2.5);
    server.answer(replyVector('+Inf'));
    expect(await ask()).toBe(Number.POSITIVE_INFINITY);
    server.answer(replyScalar('NaN'));
    expect(await ask()).toBeUndefined();
  });

  it('does not guess which of several series was meant', async () => {
    server.answer(replyVector('1', '2'));
    await expect(ask()).rejects.toThrow(/answered with 2 series, such as \{"pod":"p0"\}; reduce them to one/);
  });

  it.each(['matrix', 'string', 'histogram'])('refuses a result of type %s', async (resultType) => {
    server.answer(replyJson({ status: 'success', data: { resultType, result: [] } }));
    await expect(ask()).rejects.toThrow(resultType);
  });

  it.each([
    { status: 'error', error: 'x' },
    { status: 'success' },
    { status: 'success', data: { resultType: 'vector', result: {} } },
    { status: 'success', data: { resultType: 'scalar', result: [] } },
    { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, 'abc'] }] } },
    { status: 'success', data: { resultType: 'vector', result: [{ metric: {} }] } },
    { status: 'success', data: { resultType: 'vector', result: ['x'] } },
    null,
    [],
  ])('takes no value from %j', async (body) => {
    server.answer(replyJson(body));
    await expect(ask()).rejects.toThrow('Prometheus at http://127.0.0.1');
  });

  it('passes on what Prometheus says about a bad query, at most a part of it', async () => {
    server.answer(replyJson({ status: 'error', error: `parse error: ${'x'.repeat(1000)}` }, 400));
    const error: unknown = await ask('sum(').catch((cause: unknown) => cause);
    expect(String(error)).toMatch(/answered 400: parse error: x{100}/);
    expect(String(error).length).toBeLessThan(500);
  });

  it('does not follow a redirect, and says where it points', async () => {
    server.answer(replyText('', 302, { location: 'http://user:pass@other/login?next=secret' }));
    const error = String(await ask().catch((cause: unknown) => cause));
    expect(error).toContain('a redirect to http://***@other/login?next=***; write the final address');
  });

  it('gives up on a body that stops in the middle', async () => {
    server.answer(replyHalf);
    const answer = ask().catch((cause: unknown) => cause);
    await expect.poll(() => server.received.length).toBe(1);
    await clock.advance('5s');
    expect(String(await answer)).toContain('did not answer within 5 s');
  });

  it('never shows the credentials of its address', async () => {
    const address = server.url.replace('//', '//user:hunter2@');
    server.answer(replyText('no', 500));
    const error = String(await ask('up', { address }).catch((cause: unknown) => cause));
    expect(error).toContain('answered 500');
    expect(error).not.toContain('hunter2');
  });

  it('is online when vector(1) is 1', async () => {
    await create().checkOnline(never);
    expect(server.queries()).toEqual(['vector(1)']);
    server.answer(replyVector());
    await expect(create().checkOnline(never)).rejects.toThrow('answered vector(1) with nothing');
  });
});

describe('findMetricProvider', () => {
  it('knows types by their exact name', () => {
    expect(findMetricProvider('prometheus')).toBe(prometheus);
    expect(findMetricProvider('Prometheus')).toBeUndefined();
    expect(findMetricProvider('nagios')).toBeUndefined();
  });
});
