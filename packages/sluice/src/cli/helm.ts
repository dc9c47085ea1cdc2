import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { createKubeTransport, type KubeTransport } from '@sluice/kube/client/kube-transport.ts';
import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createHttpClient } from '../platform/http-client.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { formatRelease } from '@sluice/tester/helm/format-release.ts';
import { type HelmTestOptions, parseHelmOptions } from '@sluice/tester/helm/helm-options.ts';
import { type ReleaseTestResult, runReleaseTests } from '@sluice/tester/helm/run-release-tests.ts';
import type { Environment } from './environment.ts';
import { print } from './print.ts';

/** `sluice helm`: stands in for `helm test` where helm is not installed; every other verb is an error. */
export async function runHelm(args: readonly string[], env: Environment): Promise<number> {
  try {
    return await test(parseHelmOptions(args, env), env);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    print.err(`Error: ${describeError(error)}`);
    return 1;
  }
}

async function test(options: HelmTestOptions, env: Environment): Promise<number> {
  const clock = createSystemClock();
  const connection = await loadKubeConfig({
    env,
    clock,
    ...(options.kubeconfig === '' ? {} : { kubeconfig: options.kubeconfig }),
    ...(options.context === '' ? {} : { context: options.context }),
  });
  const http = createHttpClient(connection.http);
  try {
    const authorize: typeof connection.authorize = (headers) => connection.authorize(headers);
    const access = { http, server: connection.server, authorize, clock };
    // helm's own name, so that a release tested by both has one field manager.
    const kube = createKubeClient({ ...access, fieldManager: 'helm' });
    const namespace = options.namespace || connection.namespace || 'default';
    const never = new AbortController().signal;
    const result = await runReleaseTests({ ...options, namespace }, { kube, clock }, never);
    print.text(formatRelease(result.release, options.hideNotes));
    if (options.logs) await printLogs(createKubeTransport(access), result, never);
    if (result.failure === undefined) return 0;
    print.err(`Error: ${result.failure}`);
    return 1;
  } finally {
    await http.close();
  }
}

const mostLogBytes = 1024 * 1024;

async function printLogs(
  transport: KubeTransport,
  result: ReleaseTestResult,
  signal: AbortSignal,
): Promise<void> {
  for (const { namespace, name } of result.pods) {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
    const query = { limitBytes: mostLogBytes };
    const call = {
      attempt: `read the log of Pod ${namespace}/${name}`,
      method: 'GET',
      path,
      query,
      accept: '*/*',
    } as const;
    const answer = await transport.open(call, signal);
    print.out(`POD LOGS: ${name}`);
    const decoder = new TextDecoder();
    for await (const chunk of answer.body) print.text(decoder.decode(chunk, { stream: true }));
    print.out(decoder.decode());
  }
}
