import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createGuardedServer } from '@sluice/lib/http/guarded-server.ts';
import { whoAmI } from '../people/who-am-i.ts';
import type { User } from '../people/who-am-i.ts';
import { createConsoleApp } from './console-app.ts';
import type { ConsoleDeps, ConsoleOptions, ListenOptions } from './console-deps.ts';
import { within } from './within.ts';

export interface RunningConsole {
  /** `http://127.0.0.1:8930`, without a slash at the end. */
  readonly url: string;
  /** Ends the streams, and every connection. */
  close(): Promise<void>;
}

const whoWithinMs = 10_000;

/**
 * Serves the console. Rejects with `SluiceError` when it cannot listen, and when its users would not be known: a listener
 * outside of loopback needs an access that asks who they are.
 */
export async function startConsole(options: ConsoleOptions, deps: ConsoleDeps): Promise<RunningConsole> {
  const { listen, access } = options;
  // guard: outside-of-loopback-users-are-known
  if (access.mode === 'kubeconfig' && !isLoopback(listen.host))
    throw new SluiceError(
      `The console would show and decide everything for whoever reaches ${listen.host}: choose --auth=token, oidc or proxy, or listen on 127.0.0.1`,
    );
  const user = access.mode === 'kubeconfig' ? await ownUser(deps) : { name: '', groups: [] };
  const console = createConsoleApp(deps, options, user);
  const answer = getRequestListener((request, env) => console.app.fetch(request, env));
  const server = createGuardedServer({ ...listen.guard, server: limits }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = 1024;
  try {
    await bind(server, listen);
  } catch (error) {
    console.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : listen.port;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return {
    url: `http://${host}:${port}`,
    async close() {
      console.close();
      const ended = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await ended;
    },
  };
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

/** Who the kubeconfig makes of us. A cluster that does not say (before Kubernetes 1.28) leaves the name empty. */
async function ownUser({ cluster, clock, log }: ConsoleDeps): Promise<User> {
  try {
    return await within(clock, whoWithinMs, (signal) => whoAmI(cluster.client, signal));
  } catch (error) {
    log.warn('the cluster does not say who this console is; decisions will name nobody', {
      error: describeError(error),
    });
    return { name: '', groups: [] };
  }
}

const limits = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
};

async function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  try {
    await promise;
  } catch (cause) {
    throw new SluiceError(
      `The console cannot listen on ${host}:${port}: ${describeError(cause)}. Choose another --listen.`,
      { cause },
    );
  }
}
