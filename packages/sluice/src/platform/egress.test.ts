import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import { createEgressPolicy, loopbackAddresses, metadataAddresses, metadataNames } from './egress.ts';
import type { EgressOptions } from './egress.ts';
import { createHttpClient } from './http-client.ts';
import type { ClosableHttpClient } from './http-client.ts';

let server: Server;
let port: number;
let seen: string[];
const clients: ClosableHttpClient[] = [];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.end();
  });
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  server.listen(0);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  server.closeAllConnections();
  server.close();
});

const inPod: EgressOptions = {
  deny: [...metadataAddresses, ...loopbackAddresses],
  denyNames: metadataNames,
  allow: [],
  trusted: [],
};

function clientOf(
  options: Partial<EgressOptions>,
  env: Readonly<Record<string, string>> = {},
): ClosableHttpClient {
  const egress = createEgressPolicy({ ...inPod, ...options });
  const client = createHttpClient({ proxyFromEnvironment: true, env, egress });
  clients.push(client);
  return client;
}

const call = async (client: ClosableHttpClient, url: string): Promise<number> => {
  const answer = await client.send({ method: 'GET', url }, new AbortController().signal);
  await answer.discard();
  return answer.status;
};

describe('a URL that a tenant wrote', () => {
  it.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.0.0.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.9.8.7:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
    'http://[::1]:PORT/',
    'http://[::]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://user:password@127.0.0.1:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://[fe80::a9fe:a9fe]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://100.100.100.200/',
  ])('reaches nothing at a refused address: %s', async (url) => {
    const called = call(clientOf({}), url.replace('PORT', `${port}`));
    const error: unknown = await called.catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ failure: 'denied', retryable: false });
    expect(String(error)).toContain('are refused by the egress policy of the controller (-egress-deny');
    expect(String(error)).not.toContain('password');
    expect(seen).toEqual([]);
  });

  it('reaches what is allowed all the same', async () => {
    expect(await call(clientOf({ allow: ['127.0.0.0/24'] }), `http://127.0.0.1:${port}/`)).toBe(200);
    await expect(call(clientOf({ allow: ['127.0.0.0/24'] }), `http://127.0.1.1:${port}/`)).rejects.toThrow(
      'refused',
    );
  });

  it('reaches the allowed ones of several addresses', async () => {
    const client = clientOf({ deny: ['::1'] });
    expect(await call(client, `http://localhost:${port}/`)).toBe(200);
  });

  it('reaches the host and port of a URL of the administrator', async () => {
    const trusted = [`http://127.0.0.1:${port}/query`, 'no URL', ''];
    expect(await call(clientOf({ trusted }), `http://127.0.0.1:${port}/other`)).toBe(200);
    await expect(call(clientOf({ trusted }), `http://127.0.0.2:${port}/`)).rejects.toThrow('refused');
  });

  it('reaches anything where nothing is refused', async () => {
    expect(await call(clientOf({ deny: [], denyNames: [] }), `http://localhost:${port}/`)).toBe(200);
  });
});

describe('through a proxy', () => {
  const proxied = (): Readonly<Record<string, string>> => ({ http_proxy: `http://localhost:${port}` });

  it('names are the concern of the proxy, which may have a refused address', async () => {
    await call(clientOf({}, proxied()), 'http://hooks.example/');
    expect(seen).toEqual(['http://hooks.example/']);
  });

  it.each(['http://169.254.169.254/', 'http://127.0.0.1:1/', 'http://metadata.google.internal/'])(
    'a refused address or name is not asked for: %s',
    async (url) => {
      await expect(call(clientOf({}, proxied()), url)).rejects.toThrow('egress policy');
      expect(seen).toEqual([]);
    },
  );
});

it.each(['10.0.0.0/33', '10.0.0', 'fe80::/129', 'hooks.example', '10.0.0.0/8/8', '10.0.0.0/x', '/8'])(
  'an entry that is no CIDR is named: %s',
  (entry) => {
    expect(() => createEgressPolicy({ ...inPod, allow: [entry] })).toThrow(JSON.stringify(entry));
  },
);
