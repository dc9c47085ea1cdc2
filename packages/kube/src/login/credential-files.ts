import { readFileSync } from 'node:fs';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

/** Time between reads of a token file. After a rotation the old token stays valid for far longer. */
const tokenLastsMs = 10_000;

/** A file, and its name in errors: `client-key of user "me" in /home/me/.kube/config`. */
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

/** Returns `pem` when it holds a PEM block, else throws: OpenSSL's own errors name neither file nor field. */
export function checkPem(pem: Buffer, name: string): Buffer {
  if (pem.includes('-----BEGIN ')) return pem;
  throw new SluiceError(`${name} holds no PEM block (-----BEGIN ...)`, { retryable: true });
}

/**
 * Returns the value of the `authorization` header, and reads the file again after ten seconds. During a rotation the
 * file may be missing or empty; the last token that was read is sent then, or `fallback`.
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

/** Returns `token`, or throws when it has a line break: HTTP clients refuse one without naming its source. */
export function checkToken(token: string, name: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new SluiceError(`${name} holds no token: a token is one line of text without spaces`);
}
