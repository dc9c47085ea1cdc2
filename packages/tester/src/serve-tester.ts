import type { Server, ServerOptions } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { boundConnections } from './bound-connections.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createGuardedServer } from '@sluice/lib/http/guarded-server.ts';
import type { GuardedOptions } from '@sluice/lib/http/guarded-server.ts';

export interface TesterServer {
  readonly port: number;
  /** Takes no new connection; resolves when the last answer is sent. */
  close(): Promise<void>;
  /** Closes all open connections. */
  cut(): void;
}

export interface TesterAddress {
  /** '' means all interfaces. */
  readonly address: string;
  readonly port: number;
  /** Who is answered. */
  readonly guard: Pick<GuardedOptions, 'isOwn' | 'onlyUser'>;
}

/** Binds the app, behind the guard against strangers. Rejects with `SluiceError` that says what to change when it cannot. */
export async function serveTester(app: Hono, { address, port, guard }: TesterAddress): Promise<TesterServer> {
  const answer = getRequestListener(app.fetch);
  const server = createGuardedServer({ ...guard, server: limits }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = 1024;
  boundConnections(server);
  await listen(server, address, port);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
    cut: () => server.closeAllConnections(),
  };
}

const limits: ServerOptions = {
  // The body must have arrived by then; the answer of a blocking task may take as long as its deadline.
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
};

async function listen(server: Server, address: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, ...(address === '' ? {} : { host: address }) }, resolve);
  try {
    await promise;
  } catch (cause) {
    const where = `${address === '' ? '*' : address}:${port}`;
    throw new SluiceError(
      `The tester cannot listen on ${where}: ${describeError(cause)}. Choose another -port or SLUICE_BIND_ADDRESS.`,
      { cause },
    );
  }
}
