import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { createGuardedServer } from '@sluice/lib/http/guarded-server.ts';
import { ownGuard } from '@sluice/sluice/cli/own-guard.ts';

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
  const guard = ownGuard(env, env['ALLOWED_HOSTS'] ?? '');
  const answer = getRequestListener(app.fetch);
  const server = createGuardedServer(
    { ...guard, server: { requestTimeout: 10_000 } },
    (request, response) => {
      answer(request, response).catch(() => response.destroy());
    },
  );
  server.listen({ host: hostname, port }, () => {
    const bound = server.address();
    const at = typeof bound === 'object' && bound !== null ? bound.port : port;
    console.log(`${name} receiver listens on http://${hostname}:${at}`);
  });
  server.on('error', (error) => {
    console.error(`${name} receiver cannot listen on ${hostname}:${port}: ${error.message}`);
    process.exitCode = 1;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeIdleConnections();
    });
  }
}
