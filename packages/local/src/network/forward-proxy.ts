import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { endToEndHeaders } from './headers.ts';
import { relay, type RelayResult } from './relay.ts';
import type { ResolveTarget } from './resolve-target.ts';
import { createProxyCredential } from './proxy-credential.ts';
import { openTunnel, refuseTunnel } from './tunnel.ts';
import type { Upstream } from './upstream.ts';

/** Longer than any hook's time-out, so that the caller's own time-out applies. */
const answerTimeoutMs = 15 * 60_000;

export interface ForwardProxy {
  /** `http://pod:SECRET@127.x.y.z:port`, for the environment of its pods. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the HTTP proxy of one namespace: its own Services by short name, all others by `svc.ns`, and the real network
 * beyond. It relays only for callers that send the credential of its URL: a page or another user of the machine reaches the
 * port, too. Answers of the proxy itself carry `x-sluice-proxy-error`.
 */
export async function startForwardProxy(options: {
  readonly address: string;
  readonly resolve: ResolveTarget;
  readonly upstream: Upstream;
}): Promise<ForwardProxy> {
  // Connections opened by CONNECT, with their authority.
  const tunnels = new WeakMap<Duplex, string>();
  const credential = createProxyCredential();
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    const authority = tunnels.get(incoming.socket);
    // guard: the-proxy-relays-for-its-own-pods
    if (authority === undefined && !credential.isSentBy(incoming)) return refuseUnknown(response);
    const url = requestedUrl(incoming, authority);
    void forward(options.resolve, options.upstream, url, incoming, response).catch((error: unknown) =>
      refuse(response, 502, 'internal', String(error)),
    );
  });
  server.on('connect', (incoming, socket, head) => {
    // guard: the-proxy-opens-tunnels-for-its-own-pods
    if (!credential.isSentBy(incoming))
      return refuseTunnel(socket, '407 Proxy Authentication Required', 'credential');
    openTunnel(options.resolve, incoming, socket, head, (client, authority) => {
      tunnels.set(client, authority);
      server.emit('connection', client);
    });
  });
  // The server does not track tunnels, and would wait for them when it closes.
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', reject);
  server.listen({ host: options.address, port: 0 });
  await promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${credential.userInfo}@${options.address}:${port}`,
    close: () => closeServer(server, sockets),
  };
}

function refuseUnknown(response: ServerResponse): void {
  response.setHeader('proxy-authenticate', 'Basic realm="sluice"');
  refuse(
    response,
    407,
    'credential',
    'the proxy of a namespace relays for its own pods only; they have its URL',
  );
}

function requestedUrl(incoming: IncomingMessage, authority: string | undefined): URL | null {
  const url = incoming.url ?? '';
  return URL.parse(authority !== undefined && url.startsWith('/') ? `http://${authority}${url}` : url);
}

async function forward(
  resolveTarget: ResolveTarget,
  upstream: Upstream,
  url: URL | null,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (url === null || url.protocol !== 'http:') {
    return refuse(response, 400, 'bad-request', 'send an absolute http:// URL, or use CONNECT');
  }
  const target = resolveTarget(url.hostname, url.port === '' ? 80 : Number(url.port));
  if (target.kind === 'unresolved') return refuse(response, 502, 'unresolved', target.message);
  const result = await relay({
    upstream,
    incoming,
    response,
    candidates: target.candidates,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, ...endToEndHeaders(incoming.headers) },
    timeoutMs: answerTimeoutMs,
  });
  report(response, url.host, result);
}

function report(response: ServerResponse, host: string, result: RelayResult): void {
  if (result.kind === 'answered' || result.kind === 'client-gone') return;
  const code = { 'no-endpoints': 503, unreachable: 502, broken: 502, late: 504 }[result.kind];
  refuse(response, code, result.kind, `${host}: ${result.message}`);
}

function refuse(response: ServerResponse, status: number, reason: string, message: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain', 'x-sluice-proxy-error': reason });
  response.end(`${message}\n`);
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  for (const socket of sockets) socket.destroy();
  return promise;
}
