import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskUrl } from './mask-url.ts';

describe('a URL for display', () => {
  it.each([
    ['http://flagger-loadtester.test/', 'http://flagger-loadtester.test/'],
    ['http://flagger-loadtester.test/gate', 'http://flagger-loadtester.test/gate'],
    ['http://flagger-loadtester.test/gate/check', 'http://flagger-loadtester.test/gate/***'],
    ['https://hooks.slack.com/services/T000/B000/XXXXXXXX', 'https://hooks.slack.com/services/***'],
    [
      'https://example.webhook.office.com/webhookb2/guid@guid/IncomingWebhook/x',
      'https://example.webhook.office.com/webhookb2/***',
    ],
    [
      'https://api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage',
      'https://api.telegram.org/***/***',
    ],
    ['https://ci.example/build?token=abc&ref=main', 'https://ci.example/build?token=***&ref=***'],
    ['https://ci.example/build?abcdef', 'https://ci.example/build?***'],
    ['http://user:password@gate.test:8080/x', 'http://***@gate.test:8080/x'],
    ['http://token@gate.test/x', 'http://***@gate.test/x'],
    ['https://gate.test/x#secret', 'https://gate.test/x'],
    ['user:password@host', '***@host'],
    ['dial user:password@host:80 failed', 'dial ***@host:80 failed'],
    ['//user:password@host/x', '//***@host/x'],
    ['http://user:pass word@host/', 'http://***@host/'],
    ['ftp://user:password@host/a/b?x=secret', 'ftp://***@host/a/***?x=***'],
    ['http://ho st/?token=secret', 'http://ho st/?***'],
    ['socks5://me:secret@proxy:1080', 'socks5://***@proxy:1080'],
    ['no URL at all', 'no URL at all'],
  ])('%s is %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });

  it('holds nothing of user, password, the path after its first segment, values and the fragment', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{6,20}$/).map((text) => `S3${text}`);
    fc.assert(
      fc.property(secret, secret, secret, secret, secret, (user, password, path, value, fragment) => {
        const shown = maskUrl(
          `https://${user}:${password}@host.test/first/${path}?name=${value}#${fragment}`,
        );
        for (const each of [user, password, path, value, fragment]) expect(shown).not.toContain(each);
        expect(shown).toBe('https://***@host.test/first/***?name=***');
      }),
    );
  });

  it('is short, however many parameters there are', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `p${index}=v`).join('&');
    expect(maskUrl(`http://host.test/?${many}`).length).toBeLessThan(200);
  });
});
