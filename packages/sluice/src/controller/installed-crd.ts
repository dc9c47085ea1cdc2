import { prunedStatusFields } from '../api/crd-status-check.ts';
import { customResourceDefinitions } from '@sluice/kube/objects/resources.ts';
import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

const cure = 'kubectl apply --server-side --force-conflicts -f deploy/crds';

/**
 * The problem of the installed Canary CRD when it would prune a status field; undefined when it keeps them all. A server
 * that forbids reading CRDs is trusted.
 */
export async function installedCrdProblem(
  client: KubeClient,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const crd = await client.get(customResourceDefinitions, { name: 'canaries.flagger.app' }, signal);
    const pruned = prunedStatusFields(crd);
    if (pruned.length === 0) return undefined;
    return `the installed CRD canaries.flagger.app would drop ${pruned.join(', ')}; nothing is touched until you run: ${cure}`;
  } catch (error) {
    if (isNotFound(error)) return `the CRD canaries.flagger.app is not installed; run: ${cure}`;
    if (error instanceof KubeError && error.code === 403) return undefined;
    return `the API server cannot be asked for its CRDs: ${describeError(error, 200)}`;
  }
}
