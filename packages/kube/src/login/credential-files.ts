import { readFileSync } from 'node:fs';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

/** Who rotates a token file leaves the old token valid for far longer than this. */
const tokenLastsMs = 10_000;

/** A file, and for errors what names it: `client-key of user "me" in /home/me/.kube/config`. */
export interface CredentialFile {
  readonly path: string;
  readonly name: string;
}

/** Throws `SluiceError` that names the file. */
export function readCredential({ path, name }: CredentialFile): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SluiceError(`${name}: the file ${path} cannot be read`, { cause, retryable: true });
  }
}

/** The bytes, when they hold a PEM block; OpenSSL's own errors name neither file nor field. */
export function checkPem(pem: Buffer, name: string): Buffer {
  if (pem.includes('-----BEGIN ')) return pem;
  throw new SluiceError(`${name} holds no PEM block (-----BEGIN ...)`, { retryable: true });
}

/**
 * Answers the header's value, and reads the file again after ten seconds. In the middle of a rotation there may be no
 * file or an empty one; then the last token that was read is sent, or `fallback`.
 */
export function createTokenReader(file: CredentialFile, clock: Clock, fallback?: string): () => string {
  let readAt = -Infinity;
  let token = fallback;
  return () => {
    if (clock.now() - readAt <= tokenLastsMs && token !== undefined) return `Bearer ${token}`;
    try {
      token = readToken(file);
    } catch (error) {
      if (token === undefined) throw error;
    }
    readAt = clock.now();
    return `Bearer ${token}`;
  };
}

function readToken(file: CredentialFile): string {
  const token = readCredential(file).toString('utf8').trim();
  if (token === '')
    throw new SluiceError(`${file.name}: the file ${file.path} is empty`, { retryable: true });
  return checkToken(token, `${file.name}: the file ${file.path}`);
}

/** A line break in a header's value is refused by HTTP clients, without a word about where it came from. */
export function checkToken(token: string, name: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SluiceError(`${name} holds no token: a token is one line of text without spaces`);
}
