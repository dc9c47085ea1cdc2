import type { ClientRequest, IncomingMessage } from 'node:http';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '@sluice/lib/ports/http.ts';
import { exchange } from './exchange.ts';
import { createHttpAgents } from './http-agents.ts';
import type { EgressPolicy } from './egress.ts';
import { EgressError } from './egress-error.ts';
import type { HttpAgentOptions, HttpAgents } from './http-agents.ts';
import { httpFailureOf } from './http-failure.ts';

export interface HttpClientOptions extends HttpAgentOptions {
  /** Time to connect; default 10 s. */
  readonly connectTimeoutMs?: number;
  /** From the request to the answer's headers; default 60 s. Callers bound the whole by their signal. */
  readonly headersTimeoutMs?: number;
  /** Absent: any address may be called. */
  readonly egress?: EgressPolicy;
}

/** `close` ends every connection at once; requests still running reject. */
export type ClosableHttpClient = HttpClient & { close(): Promise<void> };

/** Limits for reading the rest of a body, so that its connection can be used again. */
const discardLimits = { bytes: 64 * 1024, ms: 500 };

/** Creates the only HTTP client of the process: pooled, cancellable, redirects never followed. */
export function createHttpClient(options: HttpClientOptions): ClosableHttpClient {
  const { connectTimeoutMs = 10_000, headersTimeoutMs = 60_000 } = options;
  const limits = { connectTimeoutMs, headersTimeoutMs };
  const verifying = createHttpAgents(options, options.tls?.rejectUnauthorized ?? true);
  let unverified: HttpAgents | undefined;
  const agentsFor = (request: HttpRequest): HttpAgents => {
    if (request.insecureSkipVerify !== true) return verifying;
    return (unverified ??= createHttpAgents(options, false));
  };
  const open = new Set<ClientRequest>();
  const onRequest = (request: ClientRequest): void => {
    open.add(request);
    request.on('close', () => open.delete(request));
  };
  let isClosed = false;

  return {
    async send(request, signal) {
      signal.throwIfAborted();
      const url = parseUrl(request.url);
      if (isClosed) throw closed(request);
      try {
        options.egress?.check(url);
        const plain = plainOf(request, url, options.egress);
        const agent = agentsFor(request).of(url);
        return responseOf(request, await exchange({ ...plain, agent, onRequest, ...limits }, signal), signal);
      } catch (error) {
        throw toHttpError(request, error, signal);
      }
    },
    close() {
      isClosed = true;
      // An error of its own: `exchange` retries a connection that was merely closed.
      for (const request of open) request.destroy(new Error('the client was closed'));
      verifying.destroy();
      unverified?.destroy();
      return Promise.resolve();
    },
  };
}

const plainOf = (request: HttpRequest, url: URL, egress: EgressPolicy | undefined) => ({
  url: withoutCredentials(url),
  method: request.method,
  headers: headersOf(request, url),
  body: request.body,
  lookup: egress?.lookup(url),
});

const closed = ({ method, url }: HttpRequest): HttpError =>
  new HttpError('other', `${method} ${maskUrl(url)}: the client is closed`);

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
function headersOf(request: HttpRequest, url: URL): Record<string, string | readonly string[]> {
  const headers = { ...request.headers };
  const told = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (told || (url.username === '' && url.password === '')) return headers;
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return headers;
}

function responseOf(request: HttpRequest, answer: IncomingMessage, signal: AbortSignal): HttpResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined)
      headers[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
  }
  // An abort between two reads must not become an uncaught 'error' event; readers still see it thrown.
  answer.on('error', () => undefined);
  return {
    status: answer.statusCode ?? 0,
    headers,
    body: bodyOf(request, answer, signal),
    discard: () => discard(answer),
  };
}

/** Reads a short rest of a body, so that the connection can be used again; a long or slow one closes it. */
async function discard(answer: IncomingMessage): Promise<void> {
  const slow = setTimeout(() => answer.destroy(), discardLimits.ms);
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > discardLimits.bytes) break;
    }
  } catch {
    // The body is not needed.
  } finally {
    clearTimeout(slow);
    answer.destroy();
  }
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
  const sentence = error instanceof EgressError ? error.message : sentences[failure];
  return new HttpError(failure, `${request.method} ${maskUrl(request.url)}: ${sentence}`, error);
}

const sentences = {
  unresolved: 'the host name does not resolve',
  refused: 'connection refused; nothing listens there',
  reset: 'the connection was closed before the answer was complete',
  timeout: 'no answer in time',
  'invalid-response': 'the answer is not valid HTTP',
  tls: 'the TLS handshake failed; check the certificate',
  'bad-url': 'the request could not be made',
  denied: 'refused by the egress policy',
  other: 'no answer',
} as const satisfies Record<HttpError['failure'], string>;
