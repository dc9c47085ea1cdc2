import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { pods } from '@sluice/kube/objects/resources.ts';
import type { UpgradeListener } from '@sluice/lib/http/guarded-server.ts';
import { badRequest, StatusError, unknownPath } from '../../store/status-error.ts';
import { statusOf } from '../answer.ts';
import type { ApiContext } from '../context.ts';
import { parseTarget, type Target } from '../target.ts';
import { channelProtocol } from './channels.ts';
import { podContainer, type PodContainer } from './pod-container.ts';
import { attachSession, execSession } from './pod-session.ts';

interface Session {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly place: PodContainer;
}

/** Serves `exec` and `attach` over WebSocket. Other requests to upgrade get a Status. */
export function createUpgradeListener(context: ApiContext): UpgradeListener {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 4 * 1024 * 1024,
    handleProtocols: () => channelProtocol,
  });
  context.closing.addEventListener('abort', () => {
    for (const client of sockets.clients) client.terminate();
  });
  return (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      const { target, query, place } = sessionOf(context, request);
      sockets.handleUpgrade(request, socket, head, (client) => {
        if (target.subresource === 'exec') execSession(client, place, query);
        else attachSession(client, place, context.closing).catch(() => client.terminate());
      });
    } catch (error) {
      refuse(socket, error);
    }
  };
}

function sessionOf(context: ApiContext, request: IncomingMessage): Session {
  const url = URL.parse(request.url ?? '/', 'http://local');
  if (url === null) throw badRequest('the URL cannot be read');
  const target = parseTarget(context.store.kinds, url.pathname);
  const isPod = target.resource.group === '' && target.resource.plural === pods.plural;
  if (!isPod || !['exec', 'attach', 'portforward'].includes(target.subresource ?? '')) throw unknownPath();
  if (target.subresource === 'portforward') {
    const text =
      'port-forward is not supported by the local cluster; pods listen on their own loopback address (kubectl get pods -o wide)';
    throw new StatusError(501, 'NotImplemented', text);
  }
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(channelProtocol)) {
    throw badRequest(
      `only WebSocket with the subprotocol ${channelProtocol} is spoken here; use kubectl 1.31 or newer`,
    );
  }
  const query = url.searchParams;
  if (target.subresource === 'exec' && query.getAll('command').length === 0) {
    throw badRequest('you must specify at least one command for the container');
  }
  return { target, query, place: podContainer(context, target, query.get('container')) };
}

function refuse(socket: Duplex, error: unknown): void {
  const status = statusOf(error);
  const body = JSON.stringify(status);
  socket.end(
    `HTTP/1.1 ${status.code} ${STATUS_CODES[status.code] ?? 'Refused'}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
