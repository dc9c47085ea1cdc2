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

/**
 * Made by hand: a Request of fetch copies the signal and makes a stream of the body, which costs more than most
 * answers. What a server asks of it beyond this throws.
 */
function toFetchRequest({ method, url, headers = {}, body }: HttpRequest, signal: AbortSignal): Request {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Object.create(Request.prototype, {
    method: { value: method },
    url: { value: new URL(url).href },
    headers: { value: new Headers({ ...headers }) },
    signal: { value: signal },
    body: { value: bytes === undefined ? null : [bytes] },
    text: { value: () => Promise.resolve(textOf(bytes)) },
    json: { value: () => Promise.resolve(textOf(bytes)).then(JSON.parse) },
  });
}

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

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
