import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** Open connections of one address: a part of the server's, so that no address takes them all. */
  readonly perAddress: number;
  /** Half-sent requests of one address that are older than `graceMs`. */
  readonly unfinishedPerAddress: number;
  /** Requests of a burst are all unfinished for a moment. */
  readonly graceMs: number;
  /** How often half-sent requests are counted, in milliseconds. */
  readonly sweepMs: number;
}

const defaultLimits: ConnectionLimits = {
  perAddress: 256,
  unfinishedPerAddress: 32,
  graceMs: 1000,
  sweepMs: 500,
};

/** `resting` from an answer to the first byte of the next request. */
interface Connection {
  readonly socket: Socket;
  state: 'unfinished' | 'answering' | 'resting';
  since: number;
  /** The last one. */
  request: IncomingMessage | undefined;
  /** Bytes read when the last answer ended. */
  bytesRead: number;
}

/**
 * Keeps one address from taking the server's connections: more than `perAddress` are closed at once, and of more than
 * `unfinishedPerAddress` half-sent requests the oldest. The server's own time-outs still end each of them.
 */
export function boundConnections(server: Server, limits: ConnectionLimits = defaultLimits): void {
  const byAddress = new Map<string, Set<Connection>>();
  const bySocket = new WeakMap<Socket, Connection>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const connections = byAddress.get(address) ?? new Set<Connection>();
    // guard: an-address-has-a-share-of-connections
    if (connections.size >= limits.perAddress) return void socket.destroy();
    const connection: Connection = {
      socket,
      state: 'unfinished',
      since: performance.now(),
      request: undefined,
      bytesRead: 0,
    };
    byAddress.set(address, connections.add(connection));
    bySocket.set(socket, connection);
    socket.once('close', () => {
      connections.delete(connection);
      if (connections.size === 0) byAddress.delete(address);
    });
  });
  server.on('request', (request, response) => {
    const connection = bySocket.get(request.socket);
    if (connection === undefined) return;
    receive(connection, request);
    response.once('close', () => rest(connection, request));
  });
  const sweeping = setInterval(() => {
    for (const connections of byAddress.values()) closeOldest(connections, limits);
  }, limits.sweepMs).unref();
  server.once('close', () => clearInterval(sweeping));
}

/** The body has arrived when the request ends; an app need not read it. */
function receive(connection: Connection, request: IncomingMessage): void {
  if (connection.state === 'resting') connection.since = performance.now();
  connection.request = request;
  connection.state = request.complete ? 'answering' : 'unfinished';
  request.once('end', () => {
    if (connection.request === request && connection.state === 'unfinished') connection.state = 'answering';
  });
}

/**
 * Bytes of a next request that came together with this one are not noticed: clients of hooks do not send requests in a
 * row, and the server's time-out for heads ends such a request.
 */
function rest(connection: Connection, request: IncomingMessage): void {
  if (connection.request !== request) return;
  connection.state = 'resting';
  connection.bytesRead = connection.socket.bytesRead;
}

function closeOldest(connections: ReadonlySet<Connection>, limits: ConnectionLimits): void {
  const now = performance.now();
  for (const connection of connections) {
    if (connection.state !== 'resting' || connection.socket.bytesRead <= connection.bytesRead) continue;
    connection.state = 'unfinished';
    connection.since = now;
  }
  const unfinished = [...connections]
    .filter(({ state, since }) => state === 'unfinished' && now - since >= limits.graceMs)
    .toSorted((a, b) => a.since - b.since);
  // guard: half-sent-requests-of-an-address-are-bounded
  for (const { socket } of unfinished.slice(
    0,
    Math.max(0, unfinished.length - limits.unfinishedPerAddress),
  )) {
    socket.destroy();
  }
}
