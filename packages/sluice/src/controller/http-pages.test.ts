import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createControllerPages } from './http-pages.ts';
import type { ControllerHttp } from './http-pages.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function serve(deps: Partial<ControllerHttp>): Promise<string> {
  const metrics = () => Promise.resolve({ text: 'up 1\n', contentType: 'text/plain; version=0.0.4' });
  const server = createServer(createControllerPages({ problems: () => [], metrics, ...deps }));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(url: string, method = 'GET'): Promise<string> {
  const response = await fetch(url, { method });
  return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`;
}

describe('the pages of the controller', () => {
  it('says that it lives, and that it is ready', async () => {
    const url = await serve({});
    expect(await answer(`${url}/healthz`)).toBe('200 text/plain; charset=UTF-8 OK');
    expect(await answer(`${url}/readyz?verbose`)).toBe('200 text/plain; charset=UTF-8 OK');
    expect(await answer(`${url}/readyz`, 'HEAD')).toBe('200 text/plain; charset=UTF-8 ');
  });

  it('says each reason why it is not ready, and lives all the same', async () => {
    const url = await serve({ problems: () => ['no CRD', 'no lease'] });
    expect(await answer(`${url}/readyz`)).toBe('503 text/plain; charset=UTF-8 not ready\nno CRD\nno lease\n');
    expect(await answer(`${url}/healthz`)).toContain('200');
  });

  it('serves metrics in the form that Prometheus asks for', async () => {
    expect(await answer(`${await serve({})}/metrics`)).toBe('200 text/plain; version=0.0.4 up 1\n');
  });

  it('answers 500 when the metrics cannot be read', async () => {
    const url = await serve({ metrics: () => Promise.reject(new Error('broken')) });
    expect(await answer(`${url}/metrics`)).toBe('500 null ');
  });

  it.each([
    ['GET', '/'],
    ['GET', '/healthz/more'],
    ['POST', '/healthz'],
  ])('knows no %s %s', async (method, path) => {
    expect(await answer(`${await serve({})}${path}`, method)).toContain('404');
  });
});
