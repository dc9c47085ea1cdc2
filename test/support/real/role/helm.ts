import { guardedFolder } from '../guarded-spawn.ts';
import { clientProgram, findProgram } from '../../rigs/client-program.ts';
import type { ClientProgram } from '../../rigs/client-program.ts';

export const helmPath = findProgram('helm');
export const kubectlPath = findProgram('kubectl');

/** helm, with a home of its own; against the cluster of a kubeconfig where one is given. */
export function helmFor(kubeconfig = ''): ClientProgram {
  const home = guardedFolder('helm');
  return clientProgram(helmPath ?? 'helm', [], {
    HELM_CACHE_HOME: home,
    HELM_CONFIG_HOME: home,
    HELM_DATA_HOME: home,
    KUBECONFIG: kubeconfig,
  });
}
