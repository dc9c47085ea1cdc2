import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { testCertificate } from '../../../../test/support/rigs/test-certificate.ts';
import type { HttpResponse, TlsOptions } from '@sluice/lib/ports/http.ts';
import type { KubeConnection } from '../login/kube-connection.ts';
import { createRotatingHttp } from './rotating-http.ts';

const empty: HttpResponse = {
  status: 200,
  headers: {},
  body: (async function* () {})(),
  discard: () => Promise.resolve(),
};

function bench(first: TlsOptions) {
  let tls: TlsOptions | Error = first;
  const clock = createFakeClock();
  const story: string[] = [];
  const connection: KubeConnection = {
    server: 'https://127.0.0.1:6443',
    namespace: undefined,
    source: 'test',
    http: { proxyFromEnvironment: false, env: {}, tls: first },
    readTls: () => (tls instanceof Error ? Promise.reject(tls) : Promise.resolve(tls)),
    authorize: (headers) => Promise.resolve({ ...headers }),
  };
  let count = 0;
  const http = createRotatingHttp({
    connection,
    clock,
    create: () => {
      const name = `client ${(count += 1)}`;
      return {
        send: () => {
          story.push(`${name} sends`);
          return Promise.resolve(empty);
        },
        close: () => {
          story.push(`${name} closes`);
          return Promise.resolve();
        },
      };
    },
  });
  const send = () =>
    http.send({ method: 'GET', url: 'https://127.0.0.1:6443/' }, new AbortController().signal);
  return { clock, story, http, send, rotate: (next: TlsOptions | Error) => void (tls = next) };
}

const { cert, key } = testCertificate;

describe('an HTTP client whose certificates are rotated', () => {
  it('sends with the new ones within ten seconds, and ends the connections of the old ones later', async () => {
    const { clock, story, http, send, rotate } = bench({ ca: 'old' });
    await send();
    rotate({ ca: 'new', cert, key });
    await clock.advance('11s');
    await send();
    await clock.advance('29s');
    expect(story).toEqual(['client 1 sends', 'client 2 sends']);
    await clock.advance('1s');
    expect(story.at(-1)).toBe('client 1 closes');
    await http.close();
    expect(story.slice(3)).toEqual(['client 2 closes']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['cannot be read', new Error('no such file')],
    ['is not that of the key yet', { cert: 'half a certificate', key }],
    ['is the same', { ca: 'old' }],
  ])('goes on with the old one while the certificate %s', async (_, next) => {
    const { clock, story, http, send, rotate } = bench({ ca: 'old' });
    rotate(next);
    await clock.advance('11s');
    await send();
    expect(story).toEqual(['client 1 sends']);
    await http.close();
  });
});
