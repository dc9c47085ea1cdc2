import type { AnyKubeObject, ResourceType } from '../../src/api/kube-object.ts';
import { pods } from '../../src/api/resources.ts';
import { asRecord } from '../../src/lib/json-read.ts';
import { KubeError } from '../../src/lib/kube-error.ts';
import type { KubeClient } from '../../src/ports/kube.ts';

export interface StandInKubelet {
  stop(): Promise<void>;
}

const nodes: ResourceType = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };

/** The node that pods have to name in their template: nobody schedules them. */
export const standInNode = 'stand-in';

/**
 * Calls each pod of its node ready, at an address of its own that is no loopback: a real EndpointSlice refuses those.
 * Runs nothing, and removes nothing: pods that are to go at once ask for no grace period.
 */
export function startStandInKubelet(client: KubeClient): StandInKubelet {
  const ending = new AbortController();
  let lastAddress = 1;

  async function see(pod: AnyKubeObject): Promise<void> {
    const { name, namespace = '', deletionTimestamp } = pod.metadata;
    const { podIP } = asRecord(pod['status']);
    const isOurs = asRecord(pod['spec'])['nodeName'] === standInNode;
    if (!isOurs || deletionTimestamp !== undefined || podIP !== undefined) return;
    const ip = `10.1.${Math.trunc((lastAddress += 1) / 250)}.${1 + (lastAddress % 250)}`;
    const lastTransitionTime = new Date().toISOString();
    const conditions = ['Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime,
    }));
    const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions };
    await client.mergePatch(pods, { name, namespace }, { status }, { subresource: 'status' }, ending.signal);
  }

  /** A pod that is gone by then needs no status. */
  const seeSafely = (pod: AnyKubeObject): Promise<void> =>
    see(pod).catch((error: unknown) => {
      if (!(error instanceof KubeError) || error.code !== 404) throw error;
    });

  async function follow(): Promise<void> {
    // A pod of a node that is not there gets no endpoint.
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: standInNode } };
    await client.create(nodes, node, ending.signal);
    while (!ending.signal.aborted) {
      const { items, resourceVersion } = await client.list(pods, {}, ending.signal);
      for (const pod of items) await seeSafely(pod);
      const events = client.watch(pods, { resourceVersion, timeoutSeconds: 300 }, ending.signal);
      for await (const { type, object } of events)
        if (type === 'ADDED' || type === 'MODIFIED') await seeSafely(object);
    }
  }

  const following = follow().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    async stop() {
      ending.abort();
      await following;
    },
  };
}
