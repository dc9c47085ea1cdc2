import { mkdtempSync, renameSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenRule, type TokenRule } from './bearer-token.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
  file = join(folder, 'token');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
const makeRule = (token: string): Promise<TokenRule> => {
  writeFileSync(file, token);
  return createTokenRule(file);
};

describe('the token of the tester', () => {
  it.each([
    ['as bearer', 'Bearer s3cret-token'],
    ['as bearer, whatever its case', 'bearer  s3cret-token'],
    ['as user of a URL', basic('s3cret-token:')],
    ['as user without a colon', basic('s3cret-token')],
    ['as password of a URL', basic('me:s3cret-token')],
  ])('is accepted %s', async (_, authorization) => {
    const rule = await makeRule('s3cret-token\n');
    await expect(rule(authorization)).resolves.toBeUndefined();
  });

  it('is accepted as a password with colons', async () => {
    await expect((await makeRule('a:b:c'))(basic('me:a:b:c'))).resolves.toBeUndefined();
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another token', 'Bearer s3cret-tokem'],
    ['a part of the token', 'Bearer s3cret'],
    ['more than the token', 'Bearer s3cret-token2'],
    ['the bare token', 's3cret-token'],
    ['another scheme', 'Digest s3cret-token'],
    ['an empty bearer', 'Bearer '],
    ['empty credentials', basic(':')],
    ['base64 that is none', 'Basic %%%%'],
    ['user and password that make it together', basic('s3cret:-token')],
  ])('is asked for after %s, and never told', async (_, authorization) => {
    const rule = await makeRule('s3cret-token');
    const refused = await rule(authorization).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'TesterError', status: 401 });
    expect(String(refused)).not.toContain('s3cret');
  });

  it('is read again when Kubernetes replaces the mounted Secret', async () => {
    const mount = (version: string, token: string): void => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'token'), token);
      symlinkSync(version, join(folder, 'next'));
      renameSync(join(folder, 'next'), join(folder, '..data'));
    };
    mount('..1', 'first');
    symlinkSync('..data/token', file);
    const rule = await createTokenRule(file);
    await rule('Bearer first');
    mount('..2', 'other');
    await rule('Bearer other');
    await expect(rule('Bearer first')).rejects.toMatchObject({ status: 401 });
  });

  it('lets nobody in while the file is missing, empty or no token', async () => {
    const rule = await makeRule('first');
    for (const [content, sentence] of [
      [undefined, 'no such file'],
      [' \n', 'is empty: write the token into it'],
      ['x'.repeat(70_000), 'longer than 65536 bytes'],
    ] as const) {
      rmSync(file);
      if (content !== undefined) writeFileSync(file, content);
      for (const authorization of ['Bearer first', 'Bearer ', basic(':'), undefined]) {
        await expect(rule(authorization)).rejects.toMatchObject({
          status: 503,
          message: expect.stringContaining(sentence) as string,
        });
      }
      writeFileSync(file, 'first');
    }
    await rule('Bearer first');
  });

  it('is needed before the tester starts', async () => {
    await expect(createTokenRule(file)).rejects.toThrow(`Cannot read the file ${file} of -token-file`);
  });
});
