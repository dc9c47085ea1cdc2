import { randomBytes } from 'node:crypto';
import type { KubeConnection } from '@sluice/kube/login/kube-connection.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { ConsoleDeps, ConsoleOptions } from '../../console/console-deps.ts';
import { startConsole } from '../../console/start-console.ts';
import type { RunningConsole } from '../../console/start-console.ts';
import { createHttpClient } from '../../platform/http-client.ts';
import { findRouter } from '../../routers/index.ts';
import { describeRollout } from '../../view/describe-rollout.ts';
import type { Environment } from '../environment.ts';
import { version } from '../version.ts';
import { consoleCluster } from './console-cluster.ts';

export interface OwnConsole {
  readonly connection: KubeConnection;
  /** Undefined: all. */
  readonly namespace: string | undefined;
  /** Provider of canaries that name none. */
  readonly provider: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly env: Environment;
}

/** Starts a console with connections and a cache of its own, which end with it. Rejects with `SluiceError` when it cannot listen. */
export async function startOwnConsole(
  options: ConsoleOptions,
  { connection, namespace, provider, clock, log, env }: OwnConsole,
): Promise<RunningConsole> {
  const cluster = consoleCluster(connection, { clock, log }, namespace);
  const http = createHttpClient({ proxyFromEnvironment: true, env });
  const close = async (): Promise<void> => {
    await cluster.close();
    await http.close();
  };
  const describe = describeBy(provider);
  try {
    const running = await startConsole(options, { cluster, clock, log, http, version, newSecret, describe });
    return { url: running.url, close: () => running.close().then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** 256 bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** The view of a Canary, with what the routers of this build can do. */
export const describeBy =
  (meshProvider: string): ConsoleDeps['describe'] =>
  (canary, now) =>
    describeRollout(canary, {
      meshProvider,
      now,
      capabilitiesOf: (provider) => findRouter(provider)?.capabilities,
    });
