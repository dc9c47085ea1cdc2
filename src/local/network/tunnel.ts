import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import type { Endpoint } from './endpoints.ts';
import type { ResolveTarget } from './resolve-target.ts';

const connectTimeoutMs = 10_000;

/** CONNECT: bytes both ways to the first endpoint that takes the connection (Node's fetch asks this way even for http). */
export function openTunnel(
  resolveTarget: ResolveTarget,
  incoming: IncomingMessage,
  client: Duplex,
  head: Buffer,
): void {
  client.on('error', () => client.destroy());
  const authority = URL.parse(`http://${incoming.url ?? ''}`);
  if (authority === null) return refuse(client, '400 Bad Request', 'bad-request');
  // The URL parser drops port 80 as the default of http.
  const target = resolveTarget(authority.hostname, Number(authority.port || 80));
  if (target.kind === 'unresolved') return refuse(client, '502 Bad Gateway', 'unresolved');
  const candidates = target.candidates();
  if (candidates.length === 0) return refuse(client, '503 Service Unavailable', 'no-endpoints');
  tunnelTo(candidates, client, head);
}

function tunnelTo(candidates: readonly Endpoint[], client: Duplex, head: Buffer): void {
  const [endpoint, ...others] = candidates;
  if (endpoint === undefined) return refuse(client, '502 Bad Gateway', 'unreachable');
  const server = connect({ host: endpoint.ip, port: endpoint.port, timeout: connectTimeoutMs });
  const giveUp = (): void => {
    server.destroy();
    tunnelTo(others, client, head);
  };
  server.once('error', giveUp);
  server.once('timeout', giveUp);
  server.once('connect', () => {
    server.off('error', giveUp).off('timeout', giveUp).setTimeout(0);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    server.write(head);
    pipeline(client, server, client, () => {
      client.destroy();
      server.destroy();
    });
  });
}

function refuse(client: Duplex, status: string, reason: string): void {
  client.end(`HTTP/1.1 ${status}\r\nx-sluice-proxy-error: ${reason}\r\ncontent-length: 0\r\n\r\n`);
}
