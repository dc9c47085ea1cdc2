import { Hono } from 'hono';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { boundConnections } from './bound-connections.ts';
import { serveTester } from './serve-tester.ts';

let server: Server;
let port = 0;
const sockets: Socket[] = [];
const limits = { perAddress: 20, unfinishedPerAddress: 4, graceMs: 100, sweepMs: 20 };
beforeEach(async () => {
  server = createServer((incoming, answer) => {
    // `/hold` is answered never, as a long task is; the others when the body is there.
    if (incoming.url !== '/hold') incoming.resume().on('end', () => answer.end('OK'));
    else incoming.resume();
  });
  server.maxConnections = 40;
  boundConnections(server, limits);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Opens a connection from a loopback address and sends a text on it. */
async function send(text: string, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return socket;
}

const sendMany = (count: number, text: string, from?: string): Promise<Socket[]> =>
  Promise.all(Array.from({ length: count }, () => send(text, from)));
const alive = (some: readonly Socket[]): number =>
  some.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
const readAll = (some: readonly Socket[]): void => some.forEach((socket) => socket.resume());
const untilAlive = (some: readonly Socket[], count: number): Promise<void> => {
  readAll(some);
  return vi.waitFor(() => expect(alive(some)).toBe(count), { timeout: 5000, interval: 20 });
};

const get = (from: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', localAddress: from, agent: false }, (answer) =>
      resolve(answer.resume().statusCode),
    );
    call.on('error', reject).end();
  });

describe('connections of one address', () => {
  it.each([
    ['without a byte', ''],
    ['with half a head', 'POST / HTTP/1.1\r\nhost: x\r\n'],
    ['with half a body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'],
    ['with half a body for a long task', 'POST /hold HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{'],
    [
      'with a whole request and half a body of the next',
      'GET / HTTP/1.1\r\nhost: x\r\n\r\nPOST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('%s are closed but for a few', async (_, text) => {
    const halfSent = await sendMany(10, text);
    await untilAlive(halfSent, limits.unfinishedPerAddress);
    expect(await get('127.0.0.1')).toBe(200);
  });

  it('whose half-sent request comes after an answer are closed but for a few', async () => {
    const kept = await sendMany(10, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await Promise.all(kept.map((socket) => new Promise((resolve) => socket.once('data', resolve))));
    for (const socket of kept) socket.write('POST / HTTP/1.1\r\nho');
    await untilAlive(kept, limits.unfinishedPerAddress);
  });

  it('that wait for the answer to a whole request stay, as do those at rest', async () => {
    const holding = await sendMany(8, 'POST /hold HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
    const resting = await sendMany(8, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    // What is closed below shows that several counts have been made.
    const halfSent = await sendMany(4, '', '127.0.0.1');
    const others = await sendMany(10, '', '127.0.0.2');
    await untilAlive(others, limits.unfinishedPerAddress);
    readAll([...holding, ...resting, ...halfSent]);
    expect([alive(holding), alive(resting), alive(halfSent)]).toEqual([8, 8, 4]);
  });

  it('are closed beyond a share of all, so that another address is served', async () => {
    const greedy = await sendMany(60, 'POST /hold HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}');
    await untilAlive(greedy, limits.perAddress);
    expect(await get('127.0.0.2')).toBe(200);
    await expect(get('127.0.0.1')).rejects.toThrow(/hang up|ECONNRESET/);
    for (const socket of greedy) socket.destroy();
    await vi.waitFor(async () => expect(await get('127.0.0.1')).toBe(200), 5000);
  });

  it('leave no count behind when the requests of a burst are answered', async () => {
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 15 }, () => get('127.0.0.3')));
      expect(answers).toEqual(answers.map(() => 200));
    }
  });

  it('of the tester are bounded: 32 half-sent requests stay', async () => {
    const tester = await serveTester(new Hono(), {
      address: '127.0.0.1',
      port: 0,
      guard: { isOwn: () => false },
    });
    port = tester.port;
    const halfSent = await sendMany(40, 'POST / HTTP/1.1\r\nhost: x\r\n');
    await untilAlive(halfSent, 32);
    tester.cut();
    await tester.close();
  });
});
