import { loadKubeConfig } from '@sluice/kube/login/load-kube-config.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { isLoopback } from '../../console/start-console.ts';
import type { RunningConsole } from '../../console/start-console.ts';
import type { Environment } from '../environment.ts';
import { ownGuard } from '../own-guard.ts';
import { parseListen } from './console-flags.ts';
import { startOwnConsole } from './own-console.ts';

export interface Beside {
  /** `127.0.0.1:8930` */
  readonly address: string;
  /** Host names at which it is reached, comma-separated. */
  readonly allowedHosts: string;
  readonly kubeconfig: string;
  /** URL that replaces the one of the kubeconfig; empty: none. */
  readonly master: string;
  /** Provider of canaries that name none. */
  readonly provider: string;
  /** Empty: all. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly env: Environment;
}

/**
 * Starts the console beside another command. On loopback it is for our own user, elsewhere for users who log in with a token
 * of the cluster. Rejects with `SluiceError` when it cannot listen.
 */
export async function startBeside(beside: Beside): Promise<RunningConsole> {
  const { address, env, namespace } = beside;
  const listen = parseListen(address);
  const isOwn = isLoopback(listen.host);
  const guard = ownGuard(isOwn ? { ...env, SLUICE_PEERS: 'own-user' } : env, beside.allowedHosts);
  const access = { mode: isOwn ? 'kubeconfig' : 'token' } as const;
  const settings = [['Address', address, '-console']] as const;
  const connection = await loadKubeConfig(beside);
  return startOwnConsole(
    { listen: { ...listen, guard }, access, settings },
    { ...beside, connection, namespace: namespace === '' ? undefined : namespace },
  );
}
