import { HttpError } from '../../src/lib/http-error.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../src/ports/http.ts';

/** What a server without a socket offers: `app.fetch` of a Hono app. */
export type InProcessFetch = (request: Request) => Response | Promise<Response>;

/** The HTTP port over a server in the same process: no socket, no real time, aborts as over the wire. */
export function createInProcessHttp(fetch: InProcessFetch): HttpClient {
  return {
    async send(request, signal) {
      signal.throwIfAborted();
      const response = await orAbort(Promise.resolve(fetch(toFetchRequest(request, signal))), signal);
      return toHttpResponse(request, response, signal);
    },
  };
}

function toFetchRequest(request: HttpRequest, signal: AbortSignal): Request {
  const body = typeof request.body === 'string' ? request.body : request.body && new Uint8Array(request.body);
  return new Request(request.url, {
    method: request.method,
    signal,
    ...(request.headers === undefined ? {} : { headers: { ...request.headers } }),
    ...(body === undefined ? {} : { body }),
  });
}

function toHttpResponse(request: HttpRequest, response: Response, signal: AbortSignal): HttpResponse {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: bodyOf(request, response.body, signal),
    async discard() {
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

async function* bodyOf(
  request: HttpRequest,
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await orAbort(reader.read(), signal);
      if (done) break;
      yield value;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new HttpError('reset', `${request.method} ${request.url}: the answer broke off`, error);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  signal.throwIfAborted();
}

async function orAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    aborted.reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
