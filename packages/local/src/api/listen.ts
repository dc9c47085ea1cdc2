import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { ApiContext } from './context.ts';
import { serveUpgrades } from './pods/upgrade.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface RunningServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Ends watches and sessions, closes every connection. */
  close(): Promise<void>;
}

/** Starts listening. Throws `SluiceError` when the address is not available. */
export async function listen(
  app: Hono,
  context: ApiContext,
  closing: AbortController,
  address: ListenAddress,
): Promise<RunningServer> {
  const answer = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  serveUpgrades(server, context);
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
  return {
    url: `http://${host}:${port}`,
    async close() {
      closing.abort();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
