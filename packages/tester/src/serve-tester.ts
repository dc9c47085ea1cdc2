import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';

export interface TesterServer {
  readonly port: number;
  /** Takes no new connection; resolves when the last answer is sent. */
  close(): Promise<void>;
  /** Closes all open connections. */
  cut(): void;
}

/** Binds the app; '' means all interfaces. Rejects with `SluiceError` that says what to change when it cannot. */
export async function serveTester(app: Hono, address: string, port: number): Promise<TesterServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      // The body must have arrived by then; the answer of a blocking task may take as long as its deadline.
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
    },
    // Without server options for HTTP/2, the adaptor makes a plain HTTP/1.1 server.
  }) as Server;
  server.maxConnections = 1024;
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
