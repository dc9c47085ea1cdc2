import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { namespaced } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

/** Names of the Canaries of a namespace. Rejects when the tester may not or cannot read them. */
export type ListCanaries = (namespace: string, signal: AbortSignal) => Promise<readonly string[]>;

const canaries = namespaced('flagger.app', 'v1beta1', 'canaries', 'Canary');
const pageSize = 500;
const mostPages = 10;

/** Lists by the Kubernetes API: metadata only, at most 5,000 Canaries; rejects when there are more. */
export const createCanaryLister =
  (kube: Pick<KubeClient, 'list'>): ListCanaries =>
  async (namespace, signal) => {
    const found: AnyKubeObject[] = [];
    let next: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const options = { namespace, limit: pageSize, metadataOnly: true };
      const answer = await kube.list(
        canaries,
        next === undefined ? options : { ...options, continue: next },
        signal,
      );
      found.push(...answer.items);
      next = answer.continue;
      if (next === undefined) return found.map(({ metadata }) => metadata.name);
    }
    throw new Error(`namespace ${namespace} has more than ${pageSize * mostPages} Canaries`);
  };
