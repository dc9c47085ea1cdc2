import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findStranger } from './strangers.ts';

const isOwn = (name: string): boolean => name === 'tester.test';
const statusOf = (headers: Record<string, string>, httpVersion = '1.1'): number | undefined =>
  findStranger({ httpVersion, headers }, isOwn)?.status;

describe('a Host', () => {
  it.each([
    '127.0.0.1:9090',
    '10.96.0.7',
    '[::1]:9090',
    '[fd00::7]',
    'localhost:8080',
    'LOCALHOST',
    'tester.test',
    'Tester.Test:9090',
    'tester.test.',
  ])('of ours is answered: %s', (host) => {
    expect(statusOf({ host })).toBeUndefined();
  });

  it.each([
    '',
    'evil.example',
    'evil.example:9090',
    'tester.test.evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    // A browser turns these into addresses; as they stand they are names that somebody could own.
    '2130706433',
    '127.1',
    '0x7f.0.0.1',
    'evil.example@127.0.0.1',
    '127.0.0.1, evil.example',
    '127.0.0.1/',
    '[::1',
    '[evil.example]',
    'localhost:80:80',
    'localhost:port',
  ])('of others is 421: %j', (host) => {
    expect(statusOf({ host })).toBe(421);
  });

  it('may be missing in HTTP/1.0, as in the health checks of load balancers', () => {
    expect(statusOf({}, '1.0')).toBeUndefined();
    expect(statusOf({}, '1.1')).toBe(421);
  });
});

describe('a page', () => {
  const host = '127.0.0.1:9090';

  it.each([
    'http://evil.example',
    'https://127.0.0.1.evil.example',
    'http://127.0.0.1:3000',
    'http://localhost:9090',
    'null',
    'file://',
    'chrome-extension://abc',
    'http://127.0.0.1:9090, http://evil.example',
    '127.0.0.1:9090',
  ])('of the origin %s is 403', (origin) => {
    expect(statusOf({ host, origin })).toBe(403);
  });

  it.each(['http://127.0.0.1:9090', 'https://127.0.0.1:9090'])('of our own origin %s is served', (origin) => {
    expect(statusOf({ host, origin })).toBeUndefined();
  });

  it('of our own origin is served whether or not the default port is written', () => {
    expect(statusOf({ host: 'localhost', origin: 'http://localhost' })).toBeUndefined();
    expect(statusOf({ host: 'localhost:443', origin: 'https://localhost' })).toBeUndefined();
  });

  it.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', undefined],
    ['none', undefined],
  ])('whose browser says %s gets %s', (site, status) => {
    expect(statusOf({ host, 'sec-fetch-site': site })).toBe(status);
  });
});

describe('a body', () => {
  const host = 'localhost';

  it.each([{ 'content-length': '1' }, { 'transfer-encoding': 'chunked' }])(
    'without a type is 415: %j',
    (body) => {
      expect(statusOf({ host, ...body })).toBe(415);
      expect(statusOf({ host, ...body, 'content-type': '' })).toBe(415);
    },
  );

  it.each(['application/json', 'application/x-www-form-urlencoded'])('of the type %s is taken', (type) => {
    expect(statusOf({ host, 'content-length': '1', 'content-type': type })).toBeUndefined();
  });

  it('of no length needs no type', () => {
    expect(statusOf({ host, 'content-length': '0' })).toBeUndefined();
  });
});

describe('whatever is sent', () => {
  const header = fc.oneof(fc.string(), fc.constantFrom('null', 'http://a', 'a:1', '[::1]', 'localhost'));

  it('a Host that is answered is an address, localhost or a name of ours', () => {
    fc.assert(
      fc.property(header, header, (host, origin) => {
        const status = findStranger({ httpVersion: '1.1', headers: { host, origin } }, () => false)?.status;
        const isLiteral = /^(?:localhost\.?|[\d.]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(host);
        return isLiteral || status === 421;
      }),
    );
  });
});
