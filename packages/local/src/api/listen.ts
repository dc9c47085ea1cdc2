import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createGuardedServer } from '@sluice/lib/http/guarded-server.ts';
import type { UpgradeListener } from '@sluice/lib/http/guarded-server.ts';
import { takeSecret } from './secret-path.ts';
import type { ApiContext } from './context.ts';
import { createUpgradeListener } from './pods/upgrade.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface RunningServer {
  /** `http://host:port/SECRET`, without a slash at the end. Whoever has it may do everything. */
  readonly url: string;
  /** `http://host:port`: what may be shown. */
  readonly origin: string;
  /** Ends watches and sessions, closes every connection. */
  close(): Promise<void>;
}

/**
 * Starts listening under a secret of 128 bits in the path: kubectl sends no token over plain http, and any user of the machine
 * reaches a loopback port. Throws `SluiceError` when the address is not available.
 */
export async function listen(
  app: Hono,
  context: ApiContext,
  closing: AbortController,
  address: ListenAddress,
): Promise<RunningServer> {
  const secret = randomBytes(16).toString('hex');
  const server = createServer(app, context, secret);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The API server cannot listen on ${address.host}:${address.port}. Is another one running there?`;
      reject(new SluiceError(message, { cause }));
    });
    server.listen(address.port, address.host, () => resolve());
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const origin = `http://${host}:${port}`;
  return {
    url: `${origin}/${secret}`,
    origin,
    async close() {
      closing.abort();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function createServer(app: Hono, context: ApiContext, secret: string): Server {
  const answer = getRequestListener(app.fetch);
  const serveUpgrade = createUpgradeListener(context);
  const upgrade: UpgradeListener = (request, socket, head) => {
    takeSecret(request, secret);
    serveUpgrade(request, socket, head);
  };
  return createGuardedServer({ isOwn: () => false, upgrade }, (request, response) => {
    takeSecret(request, secret);
    answer(request, response).catch(() => response.destroy());
  });
}
