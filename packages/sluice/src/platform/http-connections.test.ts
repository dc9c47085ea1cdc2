import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { HttpRequest } from '@sluice/lib/ports/http.ts';
import { createHttpClient } from './http-client.ts';
import type { HttpClientOptions } from './http-client.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener));

function client(options: Partial<HttpClientOptions> = {}) {
  const http = createHttpClient({ proxyFromEnvironment: false, env: {}, ...options });
  ends.push(() => http.close());
  const outcome = async (url: string, request: Partial<HttpRequest> = {}): Promise<string> => {
    try {
      const answer = await http.send({ method: 'GET', url, ...request }, AbortSignal.timeout(10_000));
      await answer.discard();
      return String(answer.status);
    } catch (error) {
      return describeError(error);
    }
  };
  return { http, outcome };
}

describe('a connection that the server closed while it was idle', () => {
  /** Answers the first request of each connection and breaks the connection at its second. */
  async function serveOnce() {
    const seen: string[] = [];
    const connections = new WeakSet<Socket>();
    const port = await serve((request, response) => {
      if (connections.has(request.socket)) return void request.socket.destroy();
      connections.add(request.socket);
      seen.push(request.method ?? '');
      response.end();
    });
    return { url: `http://127.0.0.1:${port}/`, seen };
  }

  it.each<[string, Partial<HttpRequest>]>([
    ['reads', {}],
    ['repeats by an id that the receiver knows', { method: 'POST', headers: { 'idempotency-key': 'x' } }],
  ])('costs nothing a request that only %s', async (_what, request) => {
    const { url, seen } = await serveOnce();
    const { outcome } = client();
    expect([await outcome(url, request), await outcome(url, request)]).toEqual(['200', '200']);
    expect(seen).toHaveLength(2);
  });

  it('fails a request that may have been carried out', async () => {
    const { url, seen } = await serveOnce();
    const { outcome } = client();
    expect(await outcome(url, { method: 'POST' })).toBe('200');
    expect(await outcome(url, { method: 'POST' })).toContain('the connection was closed');
    expect(seen).toEqual(['POST']);
  });
});

describe('a connection', () => {
  it('carries one request after the other, with bodies of any method', async () => {
    const seen: string[] = [];
    const ports = new Set<number | undefined>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      void text(request).then((body) => {
        seen.push(`${request.method} ${body}`);
        response.end();
      });
    });
    const { outcome } = client({ maxConnectionsPerOrigin: 1 });
    const url = `http://127.0.0.1:${port}/`;
    for (const method of ['DELETE', 'POST', 'PUT', 'PATCH', 'GET'] as const) {
      await outcome(url, { method, body: 'ünï' });
      await outcome(url, { method });
    }
    expect(seen.slice(0, 4)).toEqual(['DELETE ünï', 'DELETE ', 'POST ünï', 'POST ']);
    expect(seen.slice(4)).toEqual(['PUT ünï', 'PUT ', 'PATCH ünï', 'PATCH ', 'GET ünï', 'GET ']);
    expect(ports.size).toBe(1);
  });

  it('is given up when the handshake does not come to an end', async () => {
    const port = await listen(createTcpServer());
    const { outcome } = client({ connectTimeoutMs: 50 });
    expect(await outcome(`https://127.0.0.1:${port}/`)).toBe(
      `GET https://127.0.0.1:${port}/: no answer in time: no connection within 0.05 s`,
    );
  });

  it('ends with its client, and so does the request on it, for good', async () => {
    let requests = 0;
    const entered = Promise.withResolvers<void>();
    const port = await serve((_request, response) => {
      requests += 1;
      if (requests === 1) return void response.end();
      entered.resolve();
    });
    const { http, outcome } = client();
    const url = `http://127.0.0.1:${port}/`;
    await outcome(url);
    const running = outcome(url);
    await entered.promise;
    await http.close();
    expect(await running).toContain('the client was closed');
    expect(await outcome(url)).toContain('the client is closed');
    expect(requests).toBe(2);
  });

  it('is one of no more than it is told; other requests wait', async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const { outcome } = client({ maxConnectionsPerOrigin: 1 });
    const url = `http://127.0.0.1:${port}/`;
    expect(await Promise.all([outcome(url), outcome(url), outcome(url)])).toEqual(['200', '200', '200']);
    expect(ports.size).toBe(1);
  });
});

describe('a proxy', () => {
  it('gets its password, and no error shows it', async () => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer().on('connect', (request, socket: Socket) => {
      seen.push(request.headers['proxy-authorization']);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    const https_proxy = `http://me:secret@127.0.0.1:${await listen(proxy)}`;
    const { outcome } = client({ proxyFromEnvironment: true, env: { https_proxy } });
    const refusal = await outcome('https://podinfo.test/');
    expect(refusal).toContain('407 Proxy Authentication Required');
    expect(refusal).not.toContain('secret');
    expect(seen).toEqual([`Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  it('is passed by when the lower-case variable is empty', async () => {
    const port = await serve((_request, response) => response.end());
    const env = { http_proxy: '', HTTP_PROXY: 'http://127.0.0.1:1' };
    const { outcome } = client({ proxyFromEnvironment: true, env });
    expect(await outcome(`http://127.0.0.1:${port}/`)).toBe('200');
  });
});

it('joins headers that are repeated, also those of which one counts', async () => {
  const port = await serve((_request, response) => {
    const headers = ['retry-after', '5', 'retry-after', '7', 'set-cookie', 'a=1', 'set-cookie', 'b=2'];
    response.writeHead(503, headers).end();
  });
  const { http } = client();
  const request = { method: 'GET', url: `http://127.0.0.1:${port}/` } as const;
  const answer = await http.send(request, AbortSignal.timeout(10_000));
  await answer.discard();
  expect(answer.headers).toMatchObject({ 'retry-after': '5, 7', 'set-cookie': 'a=1, b=2' });
});
