import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import type { RunningKubeApiServer } from './kube-apiserver.ts';
import type { RawAnswer, RawRequest, RealKube } from './cluster-access.ts';

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
