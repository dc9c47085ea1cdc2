import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface ProxyCredential {
  /** `user:password`, as it stands in a URL. */
  readonly userInfo: string;
  isSentBy(request: Pick<IncomingMessage, 'headers'>): boolean;
}

/** A password of 128 bits for one proxy. */
export function createProxyCredential(): ProxyCredential {
  const userInfo = `pod:${randomBytes(16).toString('hex')}`;
  const wanted = Buffer.from(`Basic ${Buffer.from(userInfo).toString('base64')}`);
  return {
    userInfo,
    isSentBy({ headers }) {
      const given = Buffer.from(headers['proxy-authorization'] ?? '');
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
  };
}

/** The header by which a client sends the credential of a proxy's URL; undefined when it has none. */
export const proxyAuthorization = ({ username, password }: URL): string | undefined =>
  username === ''
    ? undefined
    : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
