import { request as httpRequest } from 'node:http';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import type { HttpRequest } from '@sluice/lib/ports/http.ts';

export interface Exchange {
  readonly url: URL;
  readonly method: HttpRequest['method'];
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: HttpRequest['body'];
  readonly agent: Agent;
  /** Resolves the host's name; undefined: as Node does. */
  readonly lookup?: LookupFunction | undefined;
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  /** Called with each request that is made, so that closing the client can end it. */
  readonly onRequest: (request: ClientRequest) => void;
}

const maxHeaderBytes = 32 * 1024;

/**
 * Sends a request; resolves with the head of the answer. A server may close an idle connection at the moment it is used
 * again: the request is then sent once more, if it is repeatable, as Go's client and browsers do.
 */
export async function exchange(options: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
  for (;;) {
    const attempt = begin(options, signal);
    try {
      return await attempt.answer;
    } catch (error) {
      if (!attempt.request.reusedSocket || !wasClosed(error) || !isRepeatable(options)) throw error;
      signal.throwIfAborted();
    }
  }
}

const wasClosed = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

const isRepeatable = ({ method, headers }: Exchange): boolean =>
  method === 'GET' || method === 'HEAD' || headers['idempotency-key'] !== undefined;

interface Attempt {
  readonly request: ClientRequest;
  readonly answer: Promise<IncomingMessage>;
}

function begin(options: Exchange, signal: AbortSignal): Attempt {
  const { url, method, headers, agent, lookup } = options;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = send(url, {
    method,
    headers: { ...headers, ...lengthOf(options) },
    agent,
    signal,
    ...(lookup === undefined ? {} : { lookup }),
    maxHeaderSize: maxHeaderBytes,
    joinDuplicateHeaders: true,
  });
  options.onRequest(request);
  const { promise: answer, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const late = setTimeout(
    () => request.destroy(timeOut(`no headers within ${options.headersTimeoutMs / 1000} s`)),
    options.headersTimeoutMs,
  );
  request.on('socket', (socket) => limitConnecting(request, socket, options));
  request.on('response', (message) => {
    clearTimeout(late);
    resolve(message);
  });
  request.on('error', (error) => {
    clearTimeout(late);
    reject(error);
  });
  request.end(options.body);
  return { request, answer };
}

/**
 * The header `content-length`, which Node sets only for methods that usually have a body. Without it, the server would
 * read the body of a DELETE as the beginning of the next request.
 */
const lengthOf = ({ body }: Exchange): { readonly 'content-length'?: number } =>
  body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };

/** Limits the time to connect, in which a TLS handshake counts. */
function limitConnecting(request: ClientRequest, socket: Socket, { url, connectTimeoutMs }: Exchange): void {
  if (!socket.connecting) return;
  const timer = setTimeout(() => {
    request.destroy(timeOut(`no connection within ${connectTimeoutMs / 1000} s`));
  }, connectTimeoutMs);
  const stop = (): void => clearTimeout(timer);
  socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', stop);
  socket.once('close', stop);
}

const timeOut = (message: string): Error => Object.assign(new Error(message), { code: 'ETIMEDOUT' });
