import { afterAll, beforeAll, describe, it } from 'vitest';
import { createKubeClient } from '../../../src/kube/kube-client.ts';
import { createHttpClient } from '../../../src/platform/http-client.ts';
import { createSystemClock } from '../../../src/platform/system-clock.ts';
import type { HttpRequest } from '../../../src/ports/http.ts';
import type { KubeClient } from '../../../src/ports/kube.ts';
import { kubeApiServerBinaries, startKubeApiServer } from './kube-apiserver.ts';
import type { KubeApiServerBinaries, RunningKubeApiServer } from './kube-apiserver.ts';

/** A kube-apiserver, and a client of a cluster administrator. */
export interface RealKube {
  readonly client: KubeClient;
  /** What the client has no method for. The body of a request is sent as it is, as JSON unless its header says more. */
  readonly request: (request: RawRequest) => Promise<RawAnswer>;
  close(): Promise<void>;
}

export interface RawRequest extends Pick<HttpRequest, 'method' | 'body' | 'headers'> {
  /** From the server's root, with its query: `/api/v1/namespaces/test/pods?dryRun=All`. */
  readonly path: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

export async function startRealKube(binaries: KubeApiServerBinaries): Promise<RealKube> {
  const server = await startKubeApiServer(binaries);
  const kube = clientOf(server);
  return {
    ...kube,
    async close() {
      await kube.close();
      await server.stop();
    },
  };
}

/** A client of its own of a server that is there. */
export function clientOf({ url, token }: Pick<RunningKubeApiServer, 'url' | 'token'>): RealKube {
  const http = createHttpClient({ proxyFromEnvironment: false, env: {}, tls: { rejectUnauthorized: false } });
  const authorization = `Bearer ${token}`;
  const client = createKubeClient({
    http,
    clock: createSystemClock(),
    server: url,
    fieldManager: 'sluice-test',
    authorize: (headers) => Promise.resolve({ ...headers, authorization }),
  });
  const request = async ({ path, headers, ...rest }: RawRequest): Promise<RawAnswer> => {
    const answer = await http.send(
      {
        ...rest,
        url: url + path,
        headers: { 'content-type': 'application/json', ...headers, authorization },
      },
      AbortSignal.timeout(10_000),
    );
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    return { status: answer.status, text: Buffer.concat(chunks).toString() };
  };
  return { client, request, close: () => http.close() };
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
