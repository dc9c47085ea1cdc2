import { pods } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { ListPods } from '../rollout/deps.ts';

const mostPods = 50;

/** Pods from the server: they are not watched. */
export const createListPods =
  (client: Pick<KubeClient, 'list'>): ListPods =>
  async (namespace, labels, signal) => {
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const { items } = await client.list(pods, { namespace, labelSelector, limit: mostPods }, signal);
    return items;
  };
