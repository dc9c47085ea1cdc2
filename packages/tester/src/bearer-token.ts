import { createHash, timingSafeEqual } from 'node:crypto';
import { open } from 'node:fs/promises';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { TesterError } from './tester-error.ts';

/** Rejects with `TesterError` 401 unless the header `Authorization` has the token, 503 while it cannot be read. */
export type TokenRule = (authorization: string | undefined) => Promise<void>;

/** A file that is longer is no token. */
const mostBytes = 64 * 1024;

/**
 * Makes the rule of `-token-file`. The file is read for each request, because Kubernetes replaces mounted Secrets. The
 * token is accepted as `Bearer TOKEN`, and as user or password of `Basic`, which is what `http://TOKEN@host/` sends.
 * Rejects with `SluiceError` when the file has no token now.
 */
export async function createTokenRule(path: string): Promise<TokenRule> {
  await readToken(path);
  return async (authorization) => {
    const token = await readToken(path);
    // guard: only-who-has-the-token
    if (!candidatesOf(authorization).some((candidate) => isSame(candidate, token))) throw unauthorized();
  };
}

const unauthorized = (): TesterError =>
  new TesterError(
    401,
    'This tester needs a token: send "Authorization: Bearer TOKEN", or http://TOKEN@host/.',
  );

async function readToken(path: string): Promise<string> {
  const token = (await readFile(path)).trim();
  if (token !== '') return token;
  throw new TesterError(503, `The file ${path} of -token-file is empty: write the token into it.`);
}

async function readFile(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
    if (bytesRead > mostBytes) throw new SluiceError(`it is longer than ${mostBytes} bytes`);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (cause) {
    throw new TesterError(503, `Cannot read the file ${path} of -token-file: ${describeError(cause)}`);
  }
}

function candidatesOf(authorization = ''): readonly string[] {
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() !== 'basic') return credentials === '' ? [] : [credentials];
  const [user = '', ...password] = Buffer.from(credentials, 'base64').toString().split(':');
  return [user, password.join(':')];
}

/** Takes as long for any two texts: hashes have one length. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(hash(one), hash(other));

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
