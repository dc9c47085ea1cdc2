import { createServer, Agent, request as sendRequest } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { testCertificate } from '../../rigs/test-certificate.ts';

/** A request of the controller, as it came by. */
export interface PassingRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly isWatch: boolean;
  readonly authorization: string | undefined;
}

/** What happens to a request instead of its way to the server; undefined lets it pass. */
export type Fate =
  | undefined
  | { readonly kind: 'delay'; readonly ms: number }
  /** As an API server says it; never reaches the real one. */
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The connection ends before the request arrives. */
  | { readonly kind: 'reset' }
  /** The server does what it is asked to, but its answer gets lost. */
  | { readonly kind: 'lose-answer' };

export interface FaultProxy {
  readonly url: string;
  /** All that came by, oldest first. */
  readonly requests: readonly PassingRequest[];
  /** Decides over each request from now on. */
  onRequest(decide: (request: PassingRequest) => Fate): void;
  /** Ends every connection, those of watches too. */
  resetAll(): void;
  /** Watches that are open now stay so, but nothing comes of them any more: not an event, not their end. */
  silenceWatches(): void;
  close(): Promise<void>;
}

/** Stands between a controller and a real API server, ends TLS on both sides, and does harm as it is told. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const target = new URL(upstream);
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  /** By the far side's port: a reset is TCP's, of which a TLS socket knows nothing. */
  const sockets = new Map<number | undefined, Socket>();
  const reset = ({ remotePort }: Socket): void => void sockets.get(remotePort)?.resetAndDestroy();
  const requests: PassingRequest[] = [];
  const watches = new Set<{ silent: boolean }>();
  let decide: (request: PassingRequest) => Fate = () => undefined;

  const forward = (request: IncomingMessage, response: ServerResponse, answerIsLost: boolean): void => {
    const { method = 'GET', url = '/', headers } = request;
    const { hostname, port } = target;
    const outgoing = sendRequest({ hostname, port, method, path: url, headers, agent });
    const watch = { silent: false };
    if (isWatch(url)) watches.add(watch);
    const end = (): void => {
      watches.delete(watch);
      if (!watch.silent) reset(request.socket);
    };
    outgoing.on('error', end);
    response.on('close', () => {
      watches.delete(watch);
      outgoing.destroy();
    });
    outgoing.on('response', (incoming) => {
      incoming.on('error', end);
      incoming.on('aborted', end);
      if (answerIsLost) {
        incoming.resume().on('end', () => reset(request.socket));
        return;
      }
      response.writeHead(incoming.statusCode ?? 502, incoming.headers);
      response.flushHeaders();
      incoming.on('data', (chunk: Buffer) => void (watch.silent || response.write(chunk)));
      incoming.on('end', () => void (watch.silent || response.end()));
    });
    request.pipe(outgoing);
  };

  const meet = (request: IncomingMessage, response: ServerResponse): void => {
    const passing = passingRequest(request);
    requests.push(passing);
    const fate = decide(passing);
    switch (fate?.kind) {
      case 'delay':
        setTimeout(() => forward(request, response, false), fate.ms);
        break;
      case 'answer':
        request.resume();
        answer(response, fate.status, fate.retryAfterSeconds);
        break;
      case 'reset':
        reset(request.socket);
        break;
      case 'lose-answer':
      case undefined:
        forward(request, response, fate !== undefined);
    }
  };

  const server = createServer({ ...testCertificate, keepAliveTimeout: 60_000 }, meet);
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(remotePort));
  });
  server.on('secureConnection', (socket: Socket) => void socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const resetAll = (): void => {
    for (const socket of sockets.values()) socket.resetAndDestroy();
  };
  return {
    url: `https://127.0.0.1:${address.port}`,
    requests,
    onRequest: (next) => void (decide = next),
    resetAll,
    silenceWatches() {
      for (const watch of watches) watch.silent = true;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      resetAll();
      agent.destroy();
      await closed;
    },
  };
}

const isWatch = (url: string): boolean => /[?&]watch=(true|1)/.test(url);

function passingRequest({ method = 'GET', url = '/', headers }: IncomingMessage): PassingRequest {
  return { method, path: url, isWatch: isWatch(url), authorization: headers.authorization };
}

function answer(response: ServerResponse, code: number, retryAfterSeconds: number | undefined): void {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'a fault of the test', code };
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
