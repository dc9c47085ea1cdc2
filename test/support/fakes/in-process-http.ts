import { HttpError } from '@sluice/lib/http/http-error.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '@sluice/lib/ports/http.ts';

/** What a server without a socket offers: `app.fetch` of a Hono app. */
export type InProcessFetch = (request: Request) => Response | Promise<Response>;

/** The HTTP port over a server in the same process: no socket, no real time, aborts as over the wire. */
export function createInProcessHttp(fetch: InProcessFetch): HttpClient {
  return {
    async send(request, signal) {
      signal.throwIfAborted();
      const asked = new InProcessRequest(request, signal) as unknown as Request;
      const response = await orAbort(Promise.resolve(fetch(asked)), signal);
      return toHttpResponse(request, response, signal);
    },
  };
}

/**
 * Made by hand: a Request of fetch copies the signal and makes a stream of the body, which costs more than most
 * answers. What a server asks of it beyond this throws.
 */
class InProcessRequest {
  readonly method: string;
  readonly url: string;
  readonly signal: AbortSignal;
  readonly #given: HttpRequest;
  #headers: Headers | undefined;

  constructor(request: HttpRequest, signal: AbortSignal) {
    this.method = request.method;
    this.url = new URL(request.url).href;
    this.signal = signal;
    this.#given = request;
  }

  get body(): readonly Uint8Array[] | null {
    const { body } = this.#given;
    if (body === undefined) return null;
    return [typeof body === 'string' ? Buffer.from(body) : body];
  }

  get headers(): Headers {
    return (this.#headers ??= new Headers(linesOf(this.#given.headers)));
  }

  text(): Promise<string> {
    return Promise.resolve(Buffer.concat(this.body ?? []).toString());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}

const linesOf = (headers: HttpRequest['headers'] = {}): [string, string][] =>
  Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );

Object.setPrototypeOf(InProcessRequest.prototype, Request.prototype);

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
  // What is read when it is cancelled is done: one listener for all that is ever read.
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new HttpError('reset', `${request.method} ${request.url}: the answer broke off`, error);
  } finally {
    signal.removeEventListener('abort', cancel);
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
