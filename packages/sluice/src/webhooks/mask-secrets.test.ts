import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

describe('masking', () => {
  it('no user, password or query value of the URL survives, raw, decoded or as a Basic token', () => {
    const secret = fc.stringMatching(/^[A-Z0-9 @:/+%&=é]{8,20}$/);
    fc.assert(
      fc.property(secret, secret, secret, (user, password, value) => {
        const encode = encodeURIComponent;
        const url = `https://${encode(user)}:${encode(password)}@gate.test/x?sig=${encode(value)}`;
        const basic = Buffer.from(`${user}:${password}`).toString('base64');
        const echo = [user, password, value, encode(user), encode(password), encode(value), basic];
        const masked = maskSecrets(`you sent: ${echo.join(' | ')}`, url);
        for (const each of echo) expect(masked).not.toContain(each);
      }),
    );
  });

  it.each([
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
    ['authorization: basic Ym90OmJvdA==', 'authorization: basic ***'],
    ['see https://bot:pw@chat.test/x', 'see https://***@chat.test/x'],
    ['{"api_key":"k-123","ok":true}', '{"api_key":"***","ok":true}'],
    ['password=hunter2&user=x', 'password=***&user=x'],
    ['gate is closed', 'gate is closed'],
    ['the token is missing, basic checks passed', 'the token is missing, basic checks passed'],
    ['a bearer token is required', 'a bearer token is required'],
    ['Authorization: token ghp_1234abcd', 'Authorization: token ***'],
  ])('`%s` is shown as `%s`', (text, shown) => {
    expect(maskSecrets(text, 'http://gate.test/')).toBe(shown);
  });

  it('secrets that overlap are masked as one', () => {
    expect(maskSecrets('got abcdefgh!', 'http://gate.test/?a=abcdef&b=cdefgh')).toBe('got ***!');
  });

  it('of a text that is cut, no secret is shown in part', () => {
    const secret = fc.stringMatching(/^[A-Z]{5,40}$/);
    fc.assert(
      fc.property(secret, fc.nat(60), fc.nat(60), (value, before, shown) => {
        const text = `${'.'.repeat(before)}${value} and more`;
        const masked = maskSecrets(text, `http://gate.test/?sig=${value}`, shown);
        expect(masked).not.toMatch(/[A-Z]/);
        expect(masked.endsWith('…')).toBe(shown < text.length);
      }),
    );
  });

  it('nothing of an answer is shown to a URL of more than 8 KiB', () => {
    expect(maskSecrets('gate is closed', `http://gate.test/?a=${'x'.repeat(8192)}`)).toBe('***');
  });

  it.each([
    ['https://hooks.slack.com/services/T000/B000/aB3dE5fG7h', 'no_service: aB3dE5fG7h', 'no_service: ***'],
    ['https://ci.example/hook/3f786850e387550fdab', 'POST /hook/3f786850e387550fdab', 'POST /hook/***'],
    ['https://ci.example/hook?3f786850e387550fdab', 'got 3f786850e387550fdab', 'got ***'],
    ['http://tester.test/gate/check', 'the gate check is closed', 'the gate check is closed'],
  ])('tokens of the path of %s are masked, words are not', (url, text, shown) => {
    expect(maskSecrets(text, url)).toBe(shown);
  });

  it('a value too short to be looked for everywhere is masked beside its name', () => {
    expect(maskSecrets('got /x?pin=42, 42 times', 'http://gate.test/x?pin=42')).toBe('got /x?***, 42 times');
  });
});
