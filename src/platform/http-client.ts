import { Agent, EnvHttpProxyAgent, Pool, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import { HttpError } from '../lib/http-error.ts';
import { maskUrl } from '../lib/mask-url.ts';
import type { HttpClient, HttpRequest, HttpResponse, TlsOptions } from '../ports/http.ts';
import { httpFailureOf } from './http-failure.ts';

export interface HttpClientOptions {
  /** Follow `http_proxy`, `https_proxy` and `no_proxy` (either case; lower case wins) of `env`. */
  readonly proxyFromEnvironment: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tls?: TlsOptions;
  /** To have a connection; 10 s unless told. */
  readonly connectTimeoutMs?: number;
  /** From request sent to headers received; 60 s unless told. Callers bound the whole by their signal. */
  readonly headersTimeoutMs?: number;
  /** Longest silence within a body; 5 min unless told. */
  readonly bodyTimeoutMs?: number;
  /** More requests than this to one origin wait; 1024 unless told. Every open watch holds one. */
  readonly maxConnectionsPerOrigin?: number;
}

/** `close` ends every connection at once; requests still running reject. */
export type ClosableHttpClient = HttpClient & { close(): Promise<void> };

const maxHeaderBytes = 32 * 1024;

/** The one way out of the process: pooled, cancellable, redirects never followed. */
export function createHttpClient(options: HttpClientOptions): ClosableHttpClient {
  const verifying = createDispatcher(options, options.tls?.rejectUnauthorized ?? true);
  let unverified: Dispatcher | undefined;
  const dispatcherFor = (request: HttpRequest): Dispatcher => {
    if (request.insecureSkipVerify !== true) return verifying;
    return (unverified ??= createDispatcher(options, false));
  };

  return {
    async send(request, signal) {
      signal.throwIfAborted();
      const url = parseUrl(request.url);
      try {
        const answer = await send(withoutCredentials(url), {
          dispatcher: dispatcherFor(request),
          method: request.method,
          headers: headersOf(request, url),
          ...(request.body === undefined ? {} : { body: request.body }),
          signal,
        });
        return responseOf(request, answer, signal);
      } catch (error) {
        throw toHttpError(request, error, signal);
      }
    },
    async close() {
      await Promise.all([verifying.destroy(), unverified?.destroy()]);
    },
  };
}

function createDispatcher(options: HttpClientOptions, verify: boolean): Dispatcher {
  const tls = { ...options.tls, rejectUnauthorized: verify };
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: options.headersTimeoutMs ?? 60_000,
    bodyTimeout: options.bodyTimeoutMs ?? 300_000,
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    connections: options.maxConnectionsPerOrigin ?? 1024,
    // Long-lived watches and many small requests do not share well under undici's HTTP/2.
    allowH2: false,
  };
  if (!options.proxyFromEnvironment) return new Agent({ ...limits, connect: tls });
  const { env } = options;
  return new EnvHttpProxyAgent({
    ...limits,
    connect: tls,
    requestTls: tls,
    // Without a factory of ours the limits are lost for plain http through a proxy.
    factory: (origin, given: Pool.Options) => new Pool(origin, { ...limits, ...given }),
    // Empty, not absent: absent ones would be read from process.env.
    httpProxy: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    httpsProxy: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  });
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) {
    throw new HttpError(
      'bad-url',
      `${maskUrl(text)} is not a URL; write http://host/path or https://host/path`,
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new HttpError('bad-url', `${maskUrl(text)} is not an http or https URL`);
  }
  return url;
}

function withoutCredentials(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain;
}

/** `http://user:password@host` means Basic authentication, as it does for Go's client and curl. */
function headersOf(request: HttpRequest, url: URL): Record<string, string> {
  const headers = { ...request.headers };
  const told = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (told || (url.username === '' && url.password === '')) return headers;
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return headers;
}

function responseOf(
  request: HttpRequest,
  answer: Dispatcher.ResponseData,
  signal: AbortSignal,
): HttpResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined)
      headers[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
  }
  // An abort between two reads must not become an uncaught 'error' event; readers still see it thrown.
  answer.body.on('error', () => undefined);
  return {
    status: answer.statusCode,
    headers,
    body: bodyOf(request, answer.body, signal),
    async discard() {
      // A short rest is read, so that the connection can be used again; a long or slow one costs the connection.
      await answer.body.dump({ limit: 64 * 1024, signal: AbortSignal.timeout(500) }).catch(() => undefined);
      answer.body.destroy();
    },
  };
}

async function* bodyOf(
  request: HttpRequest,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw toHttpError(request, error, signal);
  }
}

/** An abort rejects with the caller's own reason, so that a time-out and a superseded run stay apart. */
function toHttpError(request: HttpRequest, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof HttpError) return error;
  const failure = httpFailureOf(error);
  return new HttpError(failure, `${request.method} ${maskUrl(request.url)}: ${sentences[failure]}`, error);
}

const sentences = {
  unresolved: 'the host name does not resolve',
  refused: 'connection refused; nothing listens there',
  reset: 'the connection was closed before the answer was complete',
  timeout: 'no answer in time',
  'invalid-response': 'the answer is not valid HTTP',
  tls: 'the TLS handshake failed; check the certificate',
  'bad-url': 'the request could not be made',
  other: 'no answer',
} as const satisfies Record<HttpError['failure'], string>;
