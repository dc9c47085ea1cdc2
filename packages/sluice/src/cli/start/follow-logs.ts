import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '@sluice/local/contracts.ts';

export interface LogSource {
  readonly namespace: string;
  /** Value of the pods' label `app`. */
  readonly app: string;
  readonly container: string;
}

const retryMs = 500;

/** Calls `onLine` for each line that a pod prints, from its start, until aborted, as `kubectl logs -f` does. */
export async function followLogs(
  deps: {
    readonly http: HttpClient;
    readonly clock: Clock;
    readonly store: LocalStore;
    readonly apiUrl: string;
  },
  source: LogSource,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const [pod] = deps.store.list(pods, { namespace: source.namespace, labels: { app: source.app } });
    if (pod !== undefined) {
      const path = `/api/v1/namespaces/${source.namespace}/pods/${pod.metadata.name}/log`;
      const url = `${deps.apiUrl}${path}?follow=true&container=${source.container}`;
      if (await followOnce(deps.http, url, onLine, signal)) return;
    }
    await sleep(deps.clock, retryMs, signal);
  }
}

/** True when the log was read to its end; false when the container has none yet. */
async function followOnce(
  http: HttpClient,
  url: string,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const response = await http.send({ method: 'GET', url }, signal);
    if (response.status !== 200) {
      await response.discard();
      return false;
    }
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = (lines.pop() ?? '').slice(0, 10_000);
      for (const line of lines) onLine(line);
    }
    return true;
  } catch {
    return signal.aborted;
  }
}
