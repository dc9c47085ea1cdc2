import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { Server as TcpServer, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { testCertificate } from '../../../../test/support/rigs/test-certificate.ts';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import type { HttpRequest } from '@sluice/lib/ports/http.ts';
import { createHttpClient } from './http-client.ts';
import type { ClosableHttpClient, HttpClientOptions } from './http-client.ts';

const closers: (() => Promise<void>)[] = [];

async function listen(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener));
const serveBytes = (bytes: string): Promise<number> =>
  listen(createTcpServer((socket) => void socket.once('data', () => socket.end(bytes))));

function client(options: Partial<HttpClientOptions> = {}): ClosableHttpClient {
  const http = createHttpClient({ proxyFromEnvironment: false, env: {}, ...options });
  closers.push(() => http.close());
  return http;
}

async function text(
  http: ClosableHttpClient,
  request: Partial<HttpRequest> & { url: string },
): Promise<string> {
  const response = await http.send({ method: 'GET', ...request }, AbortSignal.timeout(10_000));
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return `${response.status} ${Buffer.concat(chunks).toString()}`;
}

async function failure(http: ClosableHttpClient, url: string): Promise<string> {
  const error = await text(http, { url }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HttpError)) throw new Error(`not an HttpError: ${String(error)}`);
  return error.failure;
}

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe('the HTTP client', () => {
  it('sends method, headers and body, and gives back status, headers and body', async () => {
    const port = await serve((request, response) => {
      response.writeHead(201, { 'x-answer': ['a', 'b'] });
      void request.pipe(response);
    });
    const request = { method: 'POST', url: `http://127.0.0.1:${port}/`, body: 'hello' } as const;
    const response = await client().send(request, AbortSignal.timeout(5000));
    expect(response.headers['x-answer']).toBe('a, b');
    expect(await text(client(), request)).toBe('201 hello');
    await response.discard();
  });

  it('hands a redirect to the caller', async () => {
    const port = await serve((_request, response) =>
      response.writeHead(302, { location: '/else' }).end('moved'),
    );
    expect(await text(client(), { url: `http://127.0.0.1:${port}/` })).toBe('302 moved');
  });

  it('uses connections again', async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const http = client();
    for (let count = 0; count < 20; count++) await text(http, { url: `http://127.0.0.1:${port}/` });
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('sends user and password of a URL as Basic authentication, and never shows them', async () => {
    const port = await serve((request, response) => response.end(request.headers.authorization));
    const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(await text(client(), { url: `http://user:p%40ss@127.0.0.1:${port}/` })).toBe(`200 ${basic}`);
    const refused = text(client(), { url: 'http://user:secret@127.0.0.1:1/?token=secret' });
    await expect(refused).rejects.toThrow('GET http://***@127.0.0.1:1/?token=***: connection refused');
  });

  describe('says in one word why no answer came', () => {
    it('refused', async () => {
      expect(await failure(client(), 'http://127.0.0.1:1/')).toBe('refused');
    });

    it('unresolved', async () => {
      expect(await failure(client(), 'http://nobody.invalid/')).toBe('unresolved');
    });

    it('reset, before and in the middle of an answer', async () => {
      expect(await failure(client(), `http://127.0.0.1:${await serveBytes('')}/`)).toBe('reset');
      const half = await serveBytes('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
      expect(await failure(client(), `http://127.0.0.1:${half}/`)).toBe('reset');
    });

    it('invalid-response, for what is not HTTP and for endless headers', async () => {
      expect(await failure(client(), `http://127.0.0.1:${await serveBytes('SSH-2.0-OpenSSH\r\n')}/`)).toBe(
        'invalid-response',
      );
      const long = await serveBytes(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`);
      expect(await failure(client(), `http://127.0.0.1:${long}/`)).toBe('invalid-response');
    });

    it('timeout, when headers do not come', async () => {
      const port = await serve(() => undefined);
      expect(await failure(client({ headersTimeoutMs: 50 }), `http://127.0.0.1:${port}/`)).toBe('timeout');
    });

    it.each(['ftp://127.0.0.1/', 'not a url', 'http://', 'file:///etc/passwd'])(
      'bad-url: %s',
      async (url) => {
        expect(await failure(client(), url)).toBe('bad-url');
      },
    );

    it('tls, for a certificate that nobody vouches for, unless told to accept it', async () => {
      const port = await listen(
        createHttpsServer(testCertificate, (_request, response) => response.end('secure')),
      );
      const url = `https://127.0.0.1:${port}/`;
      expect(await failure(client(), url)).toBe('tls');
      expect(await text(client(), { url, insecureSkipVerify: true })).toBe('200 secure');
      expect(await text(client({ tls: { rejectUnauthorized: false } }), { url })).toBe('200 secure');
      expect(
        await text(client({ tls: { ca: testCertificate.cert, servername: 'localhost' } }), { url }),
      ).toBe('200 secure');
    });
  });

  describe('when aborted', () => {
    it('rejects with the reason of the signal, and closes the connection', async () => {
      const closed = Promise.withResolvers<void>();
      const stop = new AbortController();
      const reason = new Error('superseded');
      const port = await serve((request) => {
        request.socket.on('close', () => closed.resolve());
        stop.abort(reason);
      });
      const sent = client().send({ method: 'GET', url: `http://127.0.0.1:${port}/` }, stop.signal);
      await expect(sent).rejects.toBe(reason);
      await closed.promise;
    });

    it('ends a body that is being read with the same reason', async () => {
      const port = await serve((_request, response) => void response.write('first'));
      const stop = new AbortController();
      const reason = new Error('enough');
      const { body } = await client().send({ method: 'GET', url: `http://127.0.0.1:${port}/` }, stop.signal);
      const reading = (async () => {
        for await (const chunk of body) if (chunk.length > 0) stop.abort(reason);
      })();
      await expect(reading).rejects.toBe(reason);
    });

    it('before it began sends nothing', async () => {
      const reason = new Error('no');
      const sent = client().send({ method: 'GET', url: 'http://127.0.0.1:1/' }, AbortSignal.abort(reason));
      await expect(sent).rejects.toBe(reason);
    });
  });

  it('frees the connection of an endless body that is discarded', async () => {
    const closed = Promise.withResolvers<void>();
    const port = await serve((request, response) => {
      request.socket.on('close', () => closed.resolve());
      response.write('x');
    });
    const url = `http://127.0.0.1:${port}/`;
    const response = await client().send({ method: 'GET', url }, AbortSignal.timeout(10_000));
    await response.discard();
    await closed.promise;
    expect(response.status).toBe(200);
  });

  describe('with proxies of the environment', () => {
    const startProxy = () =>
      serve((request, response) => void response.end(`proxied ${request.method} ${request.url}`));

    it('asks the proxy for plain http by the whole URL', async () => {
      const http_proxy = `http://127.0.0.1:${await startProxy()}`;
      const http = client({ proxyFromEnvironment: true, env: { http_proxy } });
      expect(await text(http, { url: 'http://podinfo.test:9898/a?b=1' })).toBe(
        '200 proxied GET http://podinfo.test:9898/a?b=1',
      );
    });

    it.each(['127.0.0.1', 'localhost,127.0.0.1', '*', '.test, 127.0.0.1'])(
      'passes by it for NO_PROXY=%s',
      async (no) => {
        const HTTP_PROXY = `http://127.0.0.1:${await startProxy()}`;
        const port = await serve((_request, response) => response.end('direct'));
        const http = client({ proxyFromEnvironment: true, env: { HTTP_PROXY, NO_PROXY: no } });
        expect(await text(http, { url: `http://127.0.0.1:${port}/` })).toBe('200 direct');
      },
    );

    it('ignores them when not asked to follow them', async () => {
      const http_proxy = `http://127.0.0.1:${await startProxy()}`;
      const port = await serve((_request, response) => response.end('direct'));
      const http = client({ env: { http_proxy } });
      expect(await text(http, { url: `http://127.0.0.1:${port}/` })).toBe('200 direct');
    });

    it('tunnels https through the proxy, with the certificate checked against the host', async () => {
      const port = await listen(
        createHttpsServer(testCertificate, (_request, response) => response.end('secure')),
      );
      const tunnels: (string | undefined)[] = [];
      const proxy = createServer().on('connect', (request, socket: Socket) => {
        tunnels.push(request.url);
        const target = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        socket.on('error', () => target.destroy());
        target.on('error', () => socket.destroy());
        target.pipe(socket).pipe(target);
      });
      const https_proxy = `http://127.0.0.1:${await listen(proxy)}`;
      const options = { proxyFromEnvironment: true, env: { https_proxy }, tls: { ca: testCertificate.cert } };
      expect(await text(client(options), { url: 'https://localhost:8443/' })).toBe('200 secure');
      expect(tunnels).toEqual(['localhost:8443']);
      expect(await failure(client(options), 'https://elsewhere.test:8443/')).toBe('tls');
    });

    it('reaches a server behind the proxy without a certificate check when told so', async () => {
      const http_proxy = `http://127.0.0.1:${await startProxy()}`;
      const http = client({ proxyFromEnvironment: true, env: { http_proxy } });
      expect(await text(http, { url: 'http://podinfo.test/', insecureSkipVerify: true })).toContain(
        'proxied',
      );
    });
  });
});
