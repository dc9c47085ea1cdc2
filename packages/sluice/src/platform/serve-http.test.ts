import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { serveHttp } from './serve-http.ts';
import type { ServingHttp } from './serve-http.ts';

const serving: ServingHttp[] = [];

const serve = async (listener: RequestListener, port = 0): Promise<ServingHttp> => {
  const server = await serveHttp(listener, { host: '127.0.0.1', guard: { isOwn: () => false }, port });
  serving.push(server);
  return server;
};

afterEach(async () => {
  for (const server of serving.splice(0)) await server.close(0);
});

describe('serving HTTP', () => {
  it('answers at the address it tells', async () => {
    const server = await serve((_request, response) => response.end('OK'));
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    const answer = await fetch(`${server.url}/healthz`);
    expect(await answer.text()).toBe('OK');
  });

  it('says which port is in use, and what to do', async () => {
    const { port } = await serve(() => undefined);
    const second = serveHttp(() => undefined, { host: '127.0.0.1', guard: { isOwn: () => false }, port });
    await expect(second).rejects.toBeInstanceOf(SluiceError);
    await expect(second).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is in use; stop what listens there, or choose another port`,
    );
  });

  it('lets a running request end before it closes', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const server = await serve((_request, response) => {
      entered.resolve();
      void release.promise.then(() => response.end('done'));
    });
    const asked = fetch(server.url).then((answer) => answer.text());
    await entered.promise;
    const closed = server.close();
    release.resolve();
    expect(await asked).toBe('done');
    await closed;
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  });

  it('cuts a request that does not end within the grace', async () => {
    const entered = Promise.withResolvers<void>();
    const server = await serve(() => entered.resolve());
    const outcome = fetch(server.url).then(
      () => 'answered',
      () => 'cut',
    );
    await entered.promise;
    await server.close(10);
    expect(await outcome).toBe('cut');
  });
});
