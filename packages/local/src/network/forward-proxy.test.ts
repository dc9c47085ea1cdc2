import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endpointSlices, namespaces, pods, services } from '@sluice/kube/objects/resources.ts';
import {
  createLocalFixture,
  type LocalFixture,
} from '../../../../test/support/rigs/local-network-fixture.ts';

import { proxyAuthorization } from './proxy-credential.ts';

let fixture: LocalFixture;

beforeEach(async () => {
  fixture = await createLocalFixture();
});
afterEach(() => fixture.close());

/** Opens a tunnel as a pod of the namespace `test`. */
async function openTunnel(authority: string): Promise<Socket> {
  const proxy = new URL(await fixture.network.proxyUrl('test'));
  const socket = connect(Number(proxy.port), proxy.hostname);
  const credential = `proxy-authorization: ${proxyAuthorization(proxy)}`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${credential}\r\n\r\n`);
  return socket;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly error: string | undefined;
}

async function get(
  url: string,
  from = 'test',
  headers: Readonly<Record<string, string>> = {},
  isPod = true,
): Promise<Answer> {
  const proxy = new URL(await fixture.network.proxyUrl(from));
  const host = new URL(url).host;
  const credential = isPod ? { 'proxy-authorization': proxyAuthorization(proxy) } : {};
  const outgoing = request({
    host: proxy.hostname,
    port: proxy.port,
    path: url,
    headers: { host, ...credential, ...headers },
    agent: false,
  });
  outgoing.end();
  const [incoming] = await once(outgoing, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const error = incoming.headers['x-sluice-proxy-error'];
  return { status: incoming.statusCode, body: Buffer.concat(chunks).toString(), error };
}

test.each(['web', 'web.test', 'web.test.svc', 'web.test.svc.cluster.local'])(
  'the name %s leads to the Service from its own namespace',
  async (name) => {
    fixture.addService('web', { app: 'web' });
    await fixture.addPod('web-1', { app: 'web' });
    expect(await get(`http://${name}/`)).toMatchObject({ status: 200, body: 'web-1' });
  },
);

test('a short name means the namespace of the caller', async () => {
  fixture.addService('web', { app: 'web' });
  await fixture.addPod('web-1', { app: 'web' });
  expect(await get('http://web/', 'default')).toMatchObject({ status: 502, error: 'unresolved' });
  expect(await get('http://web.test/', 'default')).toMatchObject({ status: 200 });
});

test("the Service's virtual address is answered, and so is a pod's own", async () => {
  const service = fixture.addService('web', { app: 'web' });
  const pod = await fixture.addPod('web-1', { app: 'web' });
  const { clusterIP } = service['spec'] as { readonly clusterIP: string };
  expect(await get(`http://${clusterIP}/`)).toMatchObject({ status: 200, body: 'web-1' });
  expect(await get(`http://${pod.ip}:${pod.port}/`)).toMatchObject({ status: 200, body: 'web-1' });
});

test('a target port by number works as one by name does', async () => {
  const pod = await fixture.addPod('web-1', { app: 'web' });
  fixture.addService('web', { app: 'web' }, pod.port);
  expect(await get('http://web/')).toMatchObject({ status: 200, body: 'web-1' });
});

test('a Service without a selector leads where its EndpointSlice says', async () => {
  const pod = await fixture.addPod('elsewhere', {});
  const ports = [{ name: 'http', port: 80 }];
  const metadata = { name: 'manual', namespace: 'test' };
  fixture.store.create(services, { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } });
  fixture.store.create(endpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'manual' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [pod.ip] }],
    ports: [{ name: 'http', port: pod.port }],
  });
  expect(await get('http://manual/')).toMatchObject({ status: 200, body: 'elsewhere' });
});

test('requests take turns over the ready pods and none goes to one that is not', async () => {
  fixture.addService('web', { app: 'web' });
  const first = await fixture.addPod('web-1', { app: 'web' });
  const second = await fixture.addPod('web-2', { app: 'web' });
  const third = await fixture.addPod('web-3', { app: 'web' });
  third.setReady(false);
  for (let count = 0; count < 10; count += 1) await get('http://web/');
  expect([first, second, third].map((pod) => pod.seen.length)).toEqual([5, 5, 0]);
});

test('a Service that does not exist is a 502 that says so, one without ready pods a 503', async () => {
  fixture.addService('empty', { app: 'none' });
  expect(await get('http://nobody.test/')).toMatchObject({ status: 502, error: 'unresolved' });
  expect(await get('http://empty.test:81/')).toMatchObject({ status: 502, error: 'unresolved' });
  expect(await get('http://empty.test/')).toMatchObject({ status: 503, error: 'no-endpoints' });
});

test('a host that is no name of the cluster is asked directly', async () => {
  const outside = await fixture.addPod('outside', {});
  expect(await get(`http://localhost:1/`)).toMatchObject({ status: 502, error: 'unreachable' });
  expect(await get(`http://${outside.ip}:${outside.port}/x`)).toMatchObject({ status: 200 });
});

test('Host and end-to-end headers arrive, hop-by-hop headers do not', async () => {
  fixture.addService('web', { app: 'web' });
  const pod = await fixture.addPod('web-1', { app: 'web' });
  await get('http://web.test/path?q=1', 'test', {
    connection: 'x-secret',
    'x-secret': '1',
    'proxy-connection': 'keep-alive',
    'x-kept': 'yes',
  });
  const { headers, url } = pod.seen[0]!;
  expect(url).toBe('/path?q=1');
  expect(headers).toMatchObject({ host: 'web.test', 'x-kept': 'yes' });
  expect(headers['x-secret'] ?? headers['proxy-connection']).toBeUndefined();
});

test("Node's fetch reaches a Service by the environment a process is given", async () => {
  fixture.addService('web', { app: 'web' });
  await fixture.addPod('web-1', { app: 'web' }, (incoming, response) => incoming.pipe(response));
  const environment = await fixture.network.environment('test');
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: environment['http_proxy']!,
    noProxy: environment['no_proxy']!,
  });
  const response = await undiciFetch('http://web/', { method: 'POST', body: 'hello', dispatcher });
  expect(await response.text()).toBe('hello');
  await dispatcher.close();
});

test("requests inside of a fetch's tunnel take turns, and leave a pod that goes away", async () => {
  fixture.addService('web', { app: 'web' });
  const first = await fixture.addPod('web-1', { app: 'web' });
  await fixture.addPod('web-2', { app: 'web' });
  const { http_proxy: httpProxy } = await fixture.network.environment('test');
  const dispatcher = new EnvHttpProxyAgent({ httpProxy: httpProxy!, connections: 1 });
  const ask = async (): Promise<string> => (await undiciFetch('http://web/', { dispatcher })).text();
  expect([await ask(), await ask(), await ask()]).toEqual(['web-1', 'web-2', 'web-1']);
  first.setReady(false);
  expect([await ask(), await ask(), await ask()]).toEqual(['web-2', 'web-2', 'web-2']);
  await dispatcher.close();
});

test('a tunnel carries what is not HTTP, whoever speaks first', async () => {
  const server = createServer((socket) => {
    socket.write('hello\n');
    socket.on('data', (chunk) => socket.end(`echo ${String(chunk)}`));
  });
  const ip = fixture.network.allocatePodIp();
  server.listen(0, ip);
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const pod = await fixture.addPod('raw', { app: 'raw' });
  const object = fixture.store.get(pods, { namespace: 'test', name: 'raw' })!;
  const { resourceVersion: _, ...metadata } = object.metadata;
  const status = { ...(object['status'] as object), podIP: ip };
  fixture.store.update(pods, { ...object, metadata, status }, { subresource: 'status' });
  pod.server.close();
  fixture.addService('raw', { app: 'raw' }, port);
  const socket = await openTunnel('raw:80');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  await vi.waitFor(() => expect(text).toContain('hello'));
  socket.write('bytes');
  await once(socket, 'end');
  expect(text).toContain('echo bytes');
  socket.destroy();
  server.close();
});

test('the network closes though a tunnel is open', async () => {
  const outside = await fixture.addPod('outside', {});
  const socket = await openTunnel(`${outside.ip}:${outside.port}`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toContain('200');
  const closed = once(socket, 'close');
  await fixture.network.close();
  await closed;
});

test('CONNECT to a name that does not exist is refused with the reason', async () => {
  const socket = await openTunnel('nobody.test:80');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 502 .*\r\nx-sluice-proxy-error: unresolved/);
});

test.each([
  ['nothing', undefined],
  ['another password', 'Basic cG9kOjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw'],
  ['a part of it', 'Basic cG9k'],
])('who sends %s as its credential is relayed nowhere', async (_, credential) => {
  fixture.addService('web', { app: 'web' });
  const pod = await fixture.addPod('web-1', { app: 'web' });
  const headers = credential === undefined ? {} : { 'proxy-authorization': credential };
  expect(await get('http://web/', 'test', headers, false)).toMatchObject({
    status: 407,
    error: 'credential',
  });
  const proxy = new URL(await fixture.network.proxyUrl('test'));
  const socket = connect(Number(proxy.port), proxy.hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`CONNECT web:80 HTTP/1.1\r\nhost: web:80\r\n${lines.join('')}\r\n`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 407 /);
  expect(pod.seen).toEqual([]);
});

test('two clusters on one machine have ranges of their own', async () => {
  const other = await createLocalFixture();
  const [mine, theirs] = [fixture.network.allocatePodIp(), other.network.allocatePodIp()];
  expect(mine.split('.')[1]).not.toBe(theirs.split('.')[1]);
  await other.close();
});

test('a namespace has one proxy, however often it is asked for', async () => {
  fixture.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
  const [first, again, other] = await Promise.all([
    fixture.network.proxyUrl('test'),
    fixture.network.proxyUrl('test'),
    fixture.network.proxyUrl('other'),
  ]);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
