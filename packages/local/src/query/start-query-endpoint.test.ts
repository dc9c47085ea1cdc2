import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pods } from '@sluice/kube/objects/resources.ts';
import {
  createLocalFixture,
  type LocalFixture,
} from '../../../../test/support/rigs/local-network-fixture.ts';
import { startQueryEndpoint, type QueryEndpoint } from './start-query-endpoint.ts';

let fixture: LocalFixture;
let endpoint: QueryEndpoint;
let time: number;

beforeEach(async () => {
  fixture = await createLocalFixture();
  time = 1_700_000_000_000;
  // Rounds are the test's own; the timer would come too seldom to disturb them.
  const options = { now: () => time, port: 0, scrapeIntervalMs: 3_600_000 };
  endpoint = await startQueryEndpoint({ store: fixture.store, ...options });
});
afterEach(async () => {
  await endpoint.close();
  await fixture.close();
});

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function query(text: string, form = false): Promise<readonly Found[]> {
  const parameters = new URLSearchParams({ query: text });
  const url = `${endpoint.url}/api/v1/query`;
  const response = await (form
    ? fetch(url, { method: 'POST', body: parameters })
    : fetch(`${url}?${parameters.toString()}`));
  const { data } = (await response.json()) as { readonly data: { readonly result: readonly Found[] } };
  return data.result;
}

async function addScraped(name: string, text: () => string): ReturnType<LocalFixture['addPod']> {
  const pod = await fixture.addPod(name, { 'app.kubernetes.io/name': 'web' }, (incoming, response) => {
    response.statusCode = incoming.url === '/stats' ? 200 : 404;
    response.end(text());
  });
  const object = fixture.store.get(pods, { namespace: 'test', name })!;
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/path': '/stats' };
  const { resourceVersion: _, ...metadata } = object.metadata;
  fixture.store.update(pods, { ...object, metadata: { ...metadata, annotations } });
  return pod;
}

test('a sample says which pod it is from, and keeps what the pod itself said', async () => {
  const pod = await addScraped('web-1', () => '# a comment\nhits{path="/a\\"b",pod="own"} 3 1700000000000\n');
  await endpoint.scrapeAll();
  const [found] = await query('hits');
  expect(found?.value[1]).toBe('3');
  expect(found?.metric).toEqual({
    __name__: 'hits',
    path: '/a"b',
    exported_pod: 'own',
    app_kubernetes_io_name: 'web',
    job: 'kubernetes-pods',
    instance: `${pod.ip}:${pod.port}`,
    namespace: 'test',
    pod: 'web-1',
    kubernetes_namespace: 'test',
    kubernetes_pod_name: 'web-1',
  });
});

test('a rate comes from the scrapes of each second, by GET and by POST', async () => {
  let count = 0;
  await addScraped('web-1', () => `hits ${count}\n`);
  for (const hits of [0, 10, 20]) {
    count = hits;
    await endpoint.scrapeAll();
    time += 1_000;
  }
  time -= 1_000;
  expect((await query('rate(hits[2s])'))[0]?.value[1]).toBe('10');
  expect((await query('rate(hits[2s])', true))[0]?.value[1]).toBe('10');
});

test('the series of a pod that is gone are not the present any more', async () => {
  const pod = await addScraped('web-1', () => 'hits 1\n');
  await endpoint.scrapeAll();
  pod.remove();
  time += 1_000;
  await endpoint.scrapeAll();
  expect(await query('hits')).toEqual([]);
  expect(await query('hits offset 1s')).toHaveLength(1);
});

test('a pod that cannot be scraped is down, and hinders no other', async () => {
  const pod = await addScraped('web-1', () => 'hits 1\n');
  await addScraped('web-2', () => 'hits 1\n');
  pod.server.close();
  pod.server.closeAllConnections();
  await endpoint.scrapeAll();
  const up = (await query('up')).map(({ metric, value }) => [metric['pod'], value[1]]);
  expect(Object.fromEntries(up)).toEqual({ 'web-1': '0', 'web-2': '1' });
});

test('pods that do not ask for it are not scraped', async () => {
  await fixture.addPod('web-1', {});
  await endpoint.scrapeAll();
  expect(await query('up')).toEqual([]);
});

test('pods are scraped by the clock', async () => {
  await addScraped('web-1', () => 'hits 1\n');
  const other = await startQueryEndpoint({
    store: fixture.store,
    now: () => time,
    port: 0,
    scrapeIntervalMs: 10,
  });
  await vi.waitFor(async () => {
    const answer = await fetch(`${other.url}/api/v1/query?query=hits`);
    expect(await answer.text()).toContain('"value"');
  });
  await other.close();
});

test('a broken query is an error in the form of Prometheus', async () => {
  const response = await fetch(`${endpoint.url}/api/v1/query?query=topk(1,x)`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ status: 'error', errorType: 'bad_data' });
});

test('a path that is not served says what is', async () => {
  const response = await fetch(`${endpoint.url}/api/v1/query_range?query=up`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    status: 'error',
    error: expect.stringContaining('/api/v1/query'),
  });
});
