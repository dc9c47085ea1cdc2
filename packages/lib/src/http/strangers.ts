import { isIP } from 'node:net';

/** Whether a lower-case host name, without a port, is a name of the listener. */
export type OwnName = (name: string) => boolean;

/** What the guard reads of a request. */
export interface Incoming {
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The answer to a request that a stranger may have caused. */
export interface StrangerRefusal {
  readonly status: 403 | 415 | 421;
  /** One sentence: what is refused, and what to change. */
  readonly message: string;
}

/**
 * Finds what shows that a web page elsewhere caused a request, because the browser of a visitor reaches what its owner can:
 * - 421: a Host that is no address, not `localhost` and not `isOwn`: somebody else's name leads here (DNS rebinding).
 * - 403: an `Origin` that is not the Host's, or a `Sec-Fetch-Site` of elsewhere. Programs send neither.
 * - 415: a body without a content type, which a page can send without a preflight request.
 * Undefined for all others.
 */
export function findStranger(
  { httpVersion, headers }: Incoming,
  isOwn: OwnName,
): StrangerRefusal | undefined {
  const host = textOf(headers['host']);
  // A browser always sends a Host; health checks of load balancers speak HTTP/1.0, and may not.
  const isNameless = host === '' && httpVersion === '1.0';
  // guard: only-own-names-are-answered
  if (!isNameless && !isOwnName(nameIn(host), isOwn)) return otherName(host);
  const origin = textOf(headers['origin']);
  // guard: pages-of-other-origins-are-refused
  if (origin !== '' && !isSameOrigin(origin, host)) return elsewhere;
  const site = textOf(headers['sec-fetch-site']);
  // guard: pages-of-other-sites-are-refused
  if (site === 'cross-site' || site === 'same-site') return elsewhere;
  // guard: a-body-says-its-type
  if (hasBody(headers) && textOf(headers['content-type']) === '') return untyped;
  return undefined;
}

const elsewhere: StrangerRefusal = {
  status: 403,
  message: 'pages of other origins may not call this server',
};
const untyped: StrangerRefusal = { status: 415, message: 'a body needs a Content-Type header' };

const otherName = (host: string): StrangerRefusal => ({
  status: 421,
  message: `${JSON.stringify(host.slice(0, 253))} is no name of this server; use its address, or allow the name`,
});

function isOwnName(name: string, isOwn: OwnName): boolean {
  // A page cannot come from an address that is not its own: only a name can be made to lead elsewhere.
  const literal = name.startsWith('[') ? name.slice(1, -1) : name;
  return isIP(literal) !== 0 || name === 'localhost' || isOwn(name);
}

/** The name in a Host header, lower-case, without port and the dot of the root. '' when it cannot be read. */
function nameIn(host: string): string {
  const found = /^(\[[\da-f:.]+\]|[^:[\]/@?#\\\s]+)(?::\d{1,5})?$/i.exec(host);
  return found?.[1]?.toLowerCase().replace(/\.$/, '') ?? '';
}

function isSameOrigin(origin: string, host: string): boolean {
  const from = URL.parse(origin);
  if (from === null || (from.protocol !== 'http:' && from.protocol !== 'https:')) return false;
  // The same form of default port on both sides; a proxy before this server may have ended TLS.
  return from.host === URL.parse(`${from.protocol}//${host}`)?.host;
}

const hasBody = (headers: Incoming['headers']): boolean =>
  headers['transfer-encoding'] !== undefined || Number(textOf(headers['content-length'])) > 0;

const textOf = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : (value?.[0] ?? '');
