import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';

export interface BenchClient {
  readonly client: KubeClient;
  close(): Promise<void>;
}

/** A client of an API server of this machine that asks for no login. */
export function createBenchClient(server: string, clock: Clock): BenchClient {
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  const authorize = (headers: Readonly<Record<string, string>>) => Promise.resolve({ ...headers });
  const client = createKubeClient({ http, server, authorize, clock, fieldManager: 'bench' });
  return { client, close: () => http.close() };
}
