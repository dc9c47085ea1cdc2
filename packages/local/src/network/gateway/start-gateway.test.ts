import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeLog } from '../../../../../test/support/fakes/fake-log.ts';
import { backend, createGatewayBench } from '../../../../../test/support/rigs/gateway-bench.ts';
import type { GatewayBench } from '../../../../../test/support/rigs/gateway-bench.ts';
import { startGateway } from './start-gateway.ts';

let bench: GatewayBench;

beforeEach(async () => {
  bench = await createGatewayBench();
});
afterEach(() => bench.close());

test('over 2,000 requests each backend gets its weight within 3 points, and one of weight 0 nothing', async () => {
  await bench.addBackends('primary', 'canary', 'none');
  bench.addGateway();
  bench.addRoute({
    rules: [{ backendRefs: [backend('primary', 90), backend('canary', 10), backend('none', 0)] }],
  });
  const counts = new Map<string, number>();
  const client = async (): Promise<void> => {
    for (let count = 0; count < 100; count += 1) {
      const { body } = await bench.send('/');
      counts.set(body, (counts.get(body) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
  const percent = (name: string): number => (counts.get(name) ?? 0) / 20;
  expect(Math.abs(percent('primary-1') - 90)).toBeLessThan(3);
  expect(Math.abs(percent('canary-1') - 10)).toBeLessThan(3);
  expect(counts.get('none-1')).toBeUndefined();
  const measured = bench.gateway.traffic().requests.find((entry) => entry.backend === 'test/canary:80');
  expect(measured).toEqual({
    route: 'test/web',
    backend: 'test/canary:80',
    status: 200,
    count: counts.get('canary-1'),
  });
});

test('no request fails while pods come and go under load', async () => {
  bench.addService('web', { app: 'web' });
  let pods = [await bench.addPod('web-0', { app: 'web' }), await bench.addPod('web-00', { app: 'web' })];
  bench.addGateway();
  bench.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  const statuses = new Map<number, number>();
  let isOver = false;
  const client = async (method: string): Promise<void> => {
    while (!isOver) {
      const { status } = await bench.send(
        '/',
        method === 'POST' ? { method, body: 'x'.repeat(2_000) } : { method },
      );
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const clients = [...Array.from({ length: 8 }, () => client('GET')), client('POST'), client('POST')];
  for (let round = 1; round <= 20; round += 1) {
    const added = await bench.addPod(`web-${round}`, { app: 'web' });
    const [oldest, ...others] = pods;
    oldest!.remove();
    pods = [...others, added];
    await vi.waitFor(() => expect(added.seen.length).toBeGreaterThan(5));
  }
  isOver = true;
  await Promise.all(clients);
  expect([...statuses.keys()]).toEqual([200]);
  expect(bench.gateway.traffic().ownFailures).toBe(0);
});

test('idle connections to a pod are closed as soon as it leaves', async () => {
  bench.addService('web', { app: 'web' });
  const pod = await bench.addPod('web-1', { app: 'web' });
  bench.addGateway();
  bench.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  await Promise.all([bench.send('/'), bench.send('/'), bench.send('/')]);
  const connections = promisify(pod.server.getConnections.bind(pod.server));
  expect(await connections()).toBeGreaterThan(0);
  pod.setReady(false);
  await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 500 });
});

test('a pod that refuses connections though it counts as ready costs no request', async () => {
  bench.addService('web', { app: 'web' });
  await bench.addPod('web-1', { app: 'web' });
  const crashed = await bench.addPod('web-2', { app: 'web' });
  crashed.server.close();
  bench.addGateway();
  bench.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  for (let count = 0; count < 6; count += 1)
    expect(await bench.send('/')).toMatchObject({ status: 200, body: 'web-1' });
});

test('a connection reset before the answer is tried again when nothing can be done twice by it', async () => {
  bench.addService('web', { app: 'web' });
  let resets = 0;
  await bench.addPod('web-1', { app: 'web' }, (incoming, response) => {
    if (resets++ > 0) response.end('second');
    else incoming.socket.resetAndDestroy();
  });
  bench.addGateway();
  bench.addRoute({ rules: [{ backendRefs: [backend('web')] }] });
  expect(await bench.send('/')).toMatchObject({ status: 200, body: 'second' });
  resets = 0;
  expect(await bench.send('/', { method: 'POST', body: 'x' })).toMatchObject({ status: 502 });
  expect(bench.gateway.traffic()).toMatchObject({ ownErrors: { broken: 1 }, ownFailures: 1 });
});

test('what no backend can answer is 404, 500 or 503, and counted as its own', async () => {
  bench.addService('empty', { app: 'none' });
  bench.addGateway();
  expect(await bench.send('/')).toMatchObject({ status: 404 });
  const prefix = (value: string): unknown => [{ path: { type: 'PathPrefix', value } }];
  bench.addRoute({
    rules: [
      { matches: prefix('/missing'), backendRefs: [backend('missing')] },
      { matches: prefix('/empty'), backendRefs: [backend('empty')] },
      { matches: prefix('/zero'), backendRefs: [backend('empty', 0)] },
    ],
  });
  const answers = await Promise.all(['/missing', '/empty', '/zero'].map((path) => bench.send(path)));
  expect(answers.map((answer) => answer.status)).toEqual([500, 503, 500]);
  expect(bench.gateway.traffic()).toEqual({
    requests: [],
    ownErrors: { 'no-route': 1, 'no-backend': 2, 'no-endpoints': 1 },
    ownFailures: 3,
  });
});

test('a port in use is a sentence, not a stack', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { readonly port: number };
  const { store, network } = bench;
  const starting = startGateway({ store, network, log: createFakeLog(), port, now: () => Date.now() });
  await expect(starting).rejects.toThrow(`the gateway's port ${port} on 127.0.0.1 is in use`);
  taken.close();
});
