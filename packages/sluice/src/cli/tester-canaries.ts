import { createCanaryLister, type ListCanaries } from '@sluice/tester/canaries/canary-lister.ts';
import { createKnownCanaries, type KnownCanaries } from '@sluice/tester/canaries/known-canaries.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { connect } from './connect.ts';
import type { Environment } from './environment.ts';

/** The Canaries that the tester may read. `close` ends the connections to the API server. */
export type ClosableCanaries = KnownCanaries & { close(): Promise<void> };

/**
 * Connects to the API server when the first gate is asked for: in a pod, or where `$KUBECONFIG` names a cluster. A
 * kubeconfig in the home folder of a person may be of any cluster, and is not used.
 */
export function createTesterCanaries(
  isChecked: boolean,
  env: Environment,
  deps: { readonly clock: Clock; readonly log: Log },
): ClosableCanaries {
  let close = (): Promise<void> => Promise.resolve();
  const open = async (): Promise<ListCanaries | undefined> => {
    const isNamed = Boolean(env['KUBERNETES_SERVICE_HOST']) || Boolean(env['KUBECONFIG']);
    if (!isChecked || !isNamed) return undefined;
    const { HOME: _home, USERPROFILE: _profile, ...rest } = env;
    const { client, http } = await connect({}, rest);
    close = () => http.close();
    return createCanaryLister(client);
  };
  return { ...createKnownCanaries({ connect: open, ...deps }), close: () => close() };
}
