import { request, type IncomingHttpHeaders } from 'node:http';
import { proxyAuthorization } from '../../network/proxy-credential.ts';
import { onPod } from './on-pod.ts';

export interface FetchOptions {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  /** How many redirects are followed. */
  readonly redirects: number;
}

export interface Fetched {
  readonly status: number;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly url: string;
}

/** Sends a GET or POST over http for the stand-ins of curl and wget, by `http_proxy` unless the host is an address. */
export async function fetchUrl(address: string, options: FetchOptions): Promise<Fetched> {
  const url = URL.parse(onPod(/^[a-z]+:\/\//.test(address) ? address : `http://${address}`));
  if (url === null) throw new Error(`${address} is not a URL`);
  if (url.protocol !== 'http:') throw new Error(`${url.protocol} is not supported by this stand-in`);
  const fetched = await send(url, options);
  const { location } = fetched.headers;
  const isRedirect = fetched.status >= 300 && fetched.status < 400 && location !== undefined;
  if (!isRedirect || options.redirects === 0) return fetched;
  const next = new URL(location, url).href;
  return fetchUrl(next, { ...options, method: 'GET', body: undefined, redirects: options.redirects - 1 });
}

function send(url: URL, options: FetchOptions): Promise<Fetched> {
  const { promise, resolve, reject } = Promise.withResolvers<Fetched>();
  const proxy = URL.parse(process.env['http_proxy'] ?? '');
  const direct = proxy === null || /^(?:[\d.]+|localhost|\[.*\])$/.test(url.hostname);
  const { method, headers, timeoutMs } = options;
  const authorization = direct ? undefined : proxyAuthorization(proxy);
  const outgoing = request(
    {
      host: direct ? url.hostname : proxy.hostname,
      port: direct ? url.port : proxy.port,
      path: direct ? `${url.pathname}${url.search}` : url.href,
      method,
      headers: {
        host: url.host,
        accept: '*/*',
        ...headers,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          message: answer.statusMessage ?? '',
          headers: answer.headers,
          body: Buffer.concat(chunks),
          url: url.href,
        }),
      );
    },
  );
  outgoing.on('error', reject);
  outgoing.end(options.body);
  return promise;
}

/** The status line and headers, as `curl -i` prints them. */
export function printHead(fetched: Fetched): string {
  const lines = Object.entries(fetched.headers).map(([name, value]) => `${name}: ${String(value)}`);
  return [`HTTP/1.1 ${fetched.status} ${fetched.message}`, ...lines, '', ''].join('\r\n');
}
