import { afterAll, beforeAll, describe, it } from 'vitest';
import { createKubeClient } from '../../src/kube/kube-client.ts';
import { createHttpClient } from '../../src/platform/http-client.ts';
import { createSystemClock } from '../../src/platform/system-clock.ts';
import type { KubeClient } from '../../src/ports/kube.ts';
import { kubeApiServerBinaries, startKubeApiServer } from './kube-apiserver.ts';
import type { KubeApiServerBinaries, RunningKubeApiServer } from './kube-apiserver.ts';

/** A kube-apiserver of its own, and a client of a cluster administrator. */
export interface RealKube {
  readonly client: KubeClient;
  close(): Promise<void>;
}

export async function startRealKube(binaries: KubeApiServerBinaries): Promise<RealKube> {
  const server = await startKubeApiServer(binaries);
  const kube = clientOf(server);
  return {
    client: kube.client,
    async close() {
      await kube.close();
      await server.stop();
    },
  };
}

/** A client of its own of a server that is there. */
export function clientOf(server: RunningKubeApiServer): RealKube {
  const http = createHttpClient({ proxyFromEnvironment: false, env: {}, tls: { rejectUnauthorized: false } });
  const client = createKubeClient({
    http,
    clock: createSystemClock(),
    server: server.url,
    fieldManager: 'sluice',
    authorize: (headers) => Promise.resolve({ ...headers, authorization: `Bearer ${server.token}` }),
  });
  return { client, close: () => http.close() };
}

/** Runs `tests`, about what `title` begins, where KUBEBUILDER_ASSETS names a control plane; elsewhere one skipped test says what is needed. */
export function withRealKube(title: string, tests: (binaries: KubeApiServerBinaries) => void): void {
  const binaries = kubeApiServerBinaries(process.env);
  if (binaries !== undefined) return tests(binaries);
  describe(`${title} a real control plane`, () => {
    it.skipIf(true)(
      'needs KUBEBUILDER_ASSETS: its folder (scripts/control-plane prints it)',
      () => undefined,
    );
  });
}

/** `withRealKube` for tests that share one server. */
export function describeOnRealKube(title: string, tests: (client: () => KubeClient) => void): void {
  withRealKube(title, (binaries) => {
    describe(`${title} a real control plane`, () => {
      let kube: RealKube | undefined;
      beforeAll(async () => void (kube = await startRealKube(binaries)), 90_000);
      afterAll(async () => kube?.close());
      tests(() => {
        if (kube === undefined) throw new Error('the control plane is not there');
        return kube.client;
      });
    });
  });
}
