import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { mayBeOf } from '../process/peer-user.ts';
import { findStranger } from './strangers.ts';
import type { OwnName, StrangerRefusal } from './strangers.ts';

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface GuardedOptions {
  /** Names of the server beside its addresses and `localhost`. */
  readonly isOwn: OwnName;
  /** Id of the only user, beside root, whose processes are answered. For loopback addresses, which all users reach. */
  readonly onlyUser?: number;
  readonly server?: ServerOptions;
  /** Absent: a request to upgrade is answered like any other. */
  readonly upgrade?: UpgradeListener;
}

/**
 * An HTTP server behind the guard of `findStranger`: requests and upgrades that a web page elsewhere may have caused are
 * answered 403, 415 or 421 and never reach `listener`. Every listener of this project is made here, except those that
 * relay the requests of others (test/listeners.test.ts names them).
 */
export function createGuardedServer(options: GuardedOptions, listener: RequestListener): Server {
  const { isOwn, onlyUser, upgrade } = options;
  const isOtherUser = onlyUser === undefined ? () => false : createUserCheck(onlyUser);
  const findRefusal = (request: IncomingMessage): StrangerRefusal | undefined =>
    findStranger(request, isOwn) ??
    // guard: other-users-are-refused
    (isOtherUser(request.socket) ? otherUser : undefined);
  const server = createServer(options.server ?? {}, (request, response) => {
    const refusal = findRefusal(request);
    // guard: strangers-do-not-reach-a-listener
    if (refusal !== undefined) return answer(response, refusal);
    listener(request, response);
  });
  if (upgrade !== undefined)
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const refusal = findRefusal(request);
      // guard: strangers-do-not-upgrade
      if (refusal !== undefined) return endWith(socket, refusal);
      upgrade(request, socket, head);
    });
  return server;
}

const otherUser: StrangerRefusal = {
  status: 403,
  message: 'processes of other users of this machine may not call this server',
};

/** Asks the kernel once for each connection. */
function createUserCheck(user: number): (socket: Socket) => boolean {
  const known = new WeakMap<Socket, boolean>();
  return (socket) => {
    const isOther = known.get(socket) ?? !mayBeOf(user, socket);
    known.set(socket, isOther);
    return isOther;
  };
}

/** The rest of the body is not read: the connection ends with the answer. */
const answer = (response: ServerResponse, { status, message }: StrangerRefusal): void =>
  void response.writeHead(status, { ...headers, connection: 'close' }).end(`${message}\n`);

const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

function endWith(socket: Duplex, { status, message }: StrangerRefusal): void {
  socket.on('error', () => socket.destroy());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}connection: close\r\n` +
      `content-length: ${Buffer.byteLength(message) + 1}\r\n\r\n${message}\n`,
  );
}
