import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A path that nothing is served at: the answer is the 404 of any unknown path. */
const nowhere = '/-';

/** Takes the secret off the path of a request. A request without it asks for a path that does not exist. */
export function takeSecret(request: IncomingMessage, secret: string): void {
  const [, first = '', rest = ''] = /^\/([^/?#]*)(.*)$/s.exec(request.url ?? '') ?? [];
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  // guard: no-path-without-the-secret
  if (!isSame(first, secret)) request.url = nowhere;
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
