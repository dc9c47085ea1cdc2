import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

type Environment = Readonly<Record<string, string | undefined>>;

/** Listens where the environment says and ends on SIGTERM or SIGINT. By default not on all addresses: hooks carry names. */
export function serveReceiver(name: string, app: Hono, env: Environment, defaultPort: number): void {
  const hostname = env['SLUICE_BIND_ADDRESS'] || env['POD_IP'] || '127.0.0.1';
  const port = env['PORT'] === undefined ? defaultPort : Number(env['PORT']);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`PORT is ${env['PORT']}; it must be a number from 0 to 65535`);
    process.exitCode = 2;
    return;
  }
  const server = serve(
    { fetch: app.fetch, hostname, port, serverOptions: { requestTimeout: 10_000 } },
    (at) => console.log(`${name} receiver listens on http://${at.address}:${at.port}`),
  );
  server.on('error', (error) => {
    console.error(`${name} receiver cannot listen on ${hostname}:${port}: ${error.message}`);
    process.exitCode = 1;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close();
      if ('closeIdleConnections' in server) server.closeIdleConnections();
    });
  }
}
