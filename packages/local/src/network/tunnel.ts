import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import type { Endpoint } from './endpoints.ts';
import type { ResolveTarget } from './resolve-target.ts';

const connectTimeoutMs = 10_000;
/** Milliseconds after which a silent client is taken to wait for the server to begin. */
const silenceMs = 100;
const httpRequest = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) /;

/**
 * Handles CONNECT, which Node's fetch uses even for http. In a plain tunnel its pooled connection would stay with one
 * pod, even while that pod terminates. So HTTP to a Service goes to `onHttp`, request by request; other bytes are
 * copied both ways to the first endpoint that takes the connection.
 */
export function openTunnel(
  resolveTarget: ResolveTarget,
  incoming: IncomingMessage,
  client: Duplex,
  head: Buffer,
  onHttp: (client: Duplex, authority: string) => void,
): void {
  client.on('error', () => client.destroy());
  const authority = URL.parse(`http://${incoming.url ?? ''}`);
  if (authority === null) return refuseTunnel(client, '400 Bad Request', 'bad-request');
  // The URL parser drops port 80 as the default of http.
  const target = resolveTarget(authority.hostname, Number(authority.port || 80));
  if (target.kind === 'unresolved') return refuseTunnel(client, '502 Bad Gateway', 'unresolved');
  if (target.kind === 'outside') return tunnelTo(target.candidates(), client, head, established);
  const candidates = target.candidates();
  if (candidates.length === 0) return refuseTunnel(client, '503 Service Unavailable', 'no-endpoints');
  client.write(established);
  if (head.length > 0) client.unshift(head);
  peek(client, (first) => {
    if (httpRequest.test(first)) onHttp(client, authority.host);
    else tunnelTo(candidates, client, Buffer.alloc(0), '');
  });
}

const established = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** Reads the first bytes without consuming them; '' when none come. */
function peek(client: Duplex, then: (first: string) => void): void {
  const onReadable = (): void => {
    const chunk: unknown = client.read();
    if (chunk === null) return;
    finish(Buffer.isBuffer(chunk) ? chunk : Buffer.alloc(0));
  };
  const finish = (chunk: Buffer): void => {
    clearTimeout(timer);
    client.off('readable', onReadable);
    if (chunk.length > 0) client.unshift(chunk);
    then(chunk.subarray(0, 16).toString('latin1'));
  };
  const timer = setTimeout(() => finish(Buffer.alloc(0)), silenceMs);
  client.once('close', () => clearTimeout(timer));
  client.on('readable', onReadable);
}

function tunnelTo(candidates: readonly Endpoint[], client: Duplex, head: Buffer, greeting: string): void {
  const [endpoint, ...others] = candidates;
  if (endpoint === undefined) {
    return greeting === '' ? void client.destroy() : refuseTunnel(client, '502 Bad Gateway', 'unreachable');
  }
  const server = connect({ host: endpoint.ip, port: endpoint.port, timeout: connectTimeoutMs });
  const giveUp = (): void => {
    server.destroy();
    tunnelTo(others, client, head, greeting);
  };
  server.once('error', giveUp);
  server.once('timeout', giveUp);
  server.once('connect', () => {
    server.off('error', giveUp).off('timeout', giveUp).setTimeout(0);
    client.write(greeting);
    server.write(head);
    pipeline(client, server, client, () => {
      client.destroy();
      server.destroy();
    });
  });
}

export function refuseTunnel(client: Duplex, status: string, reason: string): void {
  client.end(`HTTP/1.1 ${status}\r\nx-sluice-proxy-error: ${reason}\r\ncontent-length: 0\r\n\r\n`);
}
